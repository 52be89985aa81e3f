"""Letters that look like others, after Unicode TR 39 (confusables.txt), and kanji that look like katakana."""

from __future__ import annotations

import re

LOOKALIKES = {
    "a": "ɑαаᴀ⍺", "b": "ƄʙЬвᏏᑲᖯ", "c": "ϲсᴄⲥꮯ𐐽", "d": "ԁᏧᑯᴅꓒ", "e": "εеҽᴇ℮ꬲ", "f": "քẝꜰꞙꬵ", "g": "ƍɡɢցᶃ",
    "h": "ʜнһհᏂ", "i": "ıɩɪͺιіӏᎥ⍳ꙇꭵ𑣃", "j": "ϳјᴊ", "k": "κкᴋ", "l": "ƖǀʟΙІӀ۱ᛁ⏽Ⲓⵏꓲ￨𐊊𐌉𖼨", "m": "мᴍ", "n": "ɴηпոռ",
    "o": "οσоօ۵०੦૦௦౦೦ഠ൦๐໐ဝ၀ჿᴏᴑⲟꬽ𐐬𐓪𑣈𑣗", "p": "ρрᴘ⍴ⲣ", "q": "ԛգզ", "r": "ʀгᴦⲅꭇꭈꮁ", "s": "ƽѕꜱꮪ𐑈𑣁", "t": "τтᴛ",
    "u": "ʋυսᴜꞟꭎꭒ𐓶𑣘", "v": "νѵᴠꮩ𑜆𑣀", "w": "ɯѡԝաᴡꮃ𑜊𑜎𑜏", "x": "хᕁᕽ", "y": "ɣʏγуүყᶌỿꭚ𑣜", "z": "ᴢꮓ𑣄", "A": "ΑАᎪᗅꓮ𐊠𖽀",
    "B": "ΒВᏴᗷꓐꞴ𐊂𐊡𐌁", "C": "ϹСᏟⲤꓚ𐊢𐌂𐐕𐔜𑣩🝌", "D": "Ꭰᗞᗪꓓ", "E": "ΕЕᎬⴹꓰ𐊆𑢦𑢮", "F": "ϜᖴꓝꞘ𐊇𐊥𐔥𑢢𑣂𝈓", "G": "ԌᏀᏳꓖ",
    "H": "ΗНᎻᕼⲎꓧ𐋏", "J": "ͿЈᎫᒍꓙꞲ", "K": "ΚКᏦᛕⲔꓗ𐔘", "L": "ᏞᒪⳐꓡ𐐛𐔦𑢣𑢲𖼖𝈪", "M": "ΜϺМᎷᗰᛖⲘꓟ𐊰𐌑", "N": "ΝⲚꓠ𐔓",
    "O": "ΟОՕ০ଠ୦ዐⲞⵔ〇ꓳ𐊒𐊫𐐄𐓂𐔖𑓐𑢵𑣠", "P": "ΡРᏢᑭⲢꓑ𐊕", "Q": "ⵕ", "R": "ƦᎡᏒᖇꓣ𐒴𖼵𝈖", "S": "ЅՏᏕᏚꓢ𐊖𐐠𖼺", "T": "ΤТᎢⲦꓔ𐊗𐊱𐌕𑢼𖼊🝨",
    "U": "Սሀᑌꓴ𐓎𑢸𖽂", "V": "Ѵ۷Ꮩᐯⴸꓦꛟ𐔝𑢠𖼈𝈍", "W": "ԜᎳᏔꓪ𑣦", "X": "ΧХ᙭ᚷ╳ⲬⵝꓫꞳ𐊐𐊴𐌗𐔧", "Y": "ΥУҮᎩᎽⲨꓬ𐊲𑢤𖽃", "Z": "ΖᏃꓜ𑢩𑣥",
    "ー": "一", "ニ": "二", "タ": "夕", "エ": "工", "ロ": "口囗", "カ": "力", "ハ": "八", "ト": "卜", "チ": "千",
    "ヒ": "匕", "ミ": "三", "オ": "才", "ノ": "丿", "ム": "厶", "ヌ": "又", "メ": "乂", "ヨ": "彐", "ケ": "个",
}  # fmt: skip
"""Letters as they are looked for, each with those that look like it; small capitals count as what they are small forms of.

Mathematical, full-width and other letters that Unicode itself decomposes to plain ones (NFKC) are not among them.
"""

_LETTERS = str.maketrans({alike: letter for letter, all_alike in LOOKALIKES.items() for alike in all_alike})
_DASH_OF_KANA = re.compile("(?<=[\u3041-\u30ff])[-\u2010-\u2015\u2212\u2500\u2501\uff0d\u3161]")


def plain_letters(text: str) -> str:
    """Letters that look like Latin ones or katakana as these; the case stays as it is seen."""
    return text if text.isascii() else _DASH_OF_KANA.sub("ー", text).translate(_LETTERS)
