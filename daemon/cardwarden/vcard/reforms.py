"""What countries did to all their numbers of a kind, and since when: one row a reform, with its source.

A row holds for international digits, country code first, without "+". Numbers as they are dialled at home are looked at
with their country code, without what is dialled before them; those without an area code by the row's `local` forms.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reform:
    """One renumbering.

    country  ISO 3166 code
    since    when the new numbers came into force, for the last area if it went area by area
    before, after  patterns of international digits, ("", "") if only what is dialled at home changed; `before` holds for
             numbers that were in use, `after` refers to its groups and holds for what was decided about just these
    local    patterns of what was and is dialled at home, inside one area or without its country's code, ("", "") if
             that stayed or does not exist; `after` may be a number with the country code too
    source   who decided it, where to read of it; which numbers were in use is from libphonenumber's metadata of the time
    """

    country: str
    since: str
    before: str
    after: str
    source: str
    local: tuple[str, str] = ("", "")


# New code of a province of Viet Nam: the old one, with the day of the change.
_VIET_NAM = {
    "2017-02-11": {
        "212": "22", "213": "231", "214": "20", "215": "230", "216": "29", "232": "52", "233": "53", "234": "54",
        "235": "510", "236": "511", "237": "37", "238": "38", "239": "39",
    },
    "2017-04-15": {
        "203": "33", "204": "240", "205": "25", "206": "26", "207": "27", "208": "280", "209": "281", "220": "320",
        "221": "321", "222": "241", "225": "31", "226": "351", "227": "36", "228": "350", "229": "30", "290": "780",
        "291": "781", "292": "710", "293": "711", "294": "74", "296": "76", "297": "77", "299": "79",
    },
    "2017-06-17": {
        "251": "61", "252": "62", "254": "64", "255": "55", "256": "56", "257": "57", "258": "58", "259": "68",
        "260": "60", "261": "501", "262": "500", "263": "63", "269": "59", "270": "70", "271": "651", "272": "72",
        "273": "73", "274": "650", "275": "75", "276": "66", "277": "67",
    },
}  # fmt: skip

# Zone of France since 1996: how the numbers of its departments began before. The east and the west of the south are one
# here, as the geocoding of libphonenumber has the old blocks of the north alone.
_FRANCE = {
    "2": "3[1-3578]|4[01378]|5[14]|9[6-9]",
    "3": "2[0-9]|44|8[0-9]",
    "[45]": "4[2569]|50|5[35-9]|6[1-8]|7[0-9]|9[0-5]",
}

# Area codes of the United Kingdom before April 2000, and how their numbers began after it: those of Northern Ireland,
# Cardiff, Coventry, Portsmouth and Southampton got local numbers of eight digits, and London one code.
_BRITAIN = {
    "171": "207", "181": "208", "1203": "2476", "1222": "2920", "1703": "2380", "1705": "2392", "1232": "2890",
    "1238": "2897", "1247": "2891", "1265": "2870", "1266": "2825", "1365": "2866", "1396": "2844", "1504": "2871",
    "1574": "2828", "1648": "2879", "1662": "2882", "1693": "2830", "1762": "2838", "1846": "2892", "1849": "2894",
    "1861": "2837", "1960": "2893",
}  # fmt: skip

# Mobile prefixes of Egypt before October 2011, and after it.
_EGYPT = {
    "10": "100", "11": "111", "12": "122", "14": "114", "16": "106", "17": "127", "18": "128", "19": "109", "150": "120",
    "151": "101", "152": "112", "155": "115",
}  # fmt: skip

REFORMS: tuple[Reform, ...] = (
    Reform("AR", "1999-01-24", r"541([2-9]\d{6})", r"54114\1",
           "Resolución SC 46/97: a 4 before every number, a 1 before the area code of Buenos Aires",
           local=(r"([2-9]\d{4,6})", r"4\1")),
    *(Reform("AR", "1999-01-24", rf"54({area})([2-9]\d{{{rest}}})", r"54[23]\1(?:4)\2",
             "Resolución SC 46/97: a 2 (south) or 3 (north) before the other area codes")
      for area, rest in ((r"[2-9]\d", 5), (r"[2-9]\d\d", 4))),
    Reform("AU", "1999-11", r"61([23])([2-9]\d{6})", r"61\1(?:9)\2",
           "AUSTEL, eight digits from 1994 to 1999: Sydney and Melbourne",
           local=(r"([2-9]\d{6})", r"9\1")),
    Reform("AU", "1999-11", r"617([2-9]\d{6})", r"6173\1", "AUSTEL, eight digits from 1994 to 1999: Brisbane"),
    Reform("AU", "1999-11", r"618([2-9]\d{6})", r"6188\1", "AUSTEL, eight digits from 1994 to 1999: Adelaide"),
    Reform("AU", "1999-11", r"619([2-9]\d{6})", r"6189\1", "AUSTEL, eight digits from 1994 to 1999: Perth"),
    Reform("BE", "2000-06", r"32((?:7[4-9]|9[5-8])\d{6})", r"324\1", "BIPT: a 4 before mobile numbers"),
    Reform("BJ", "2024-11-30", r"229((?:2[0-35-9]|[4-69]\d)\d{6})", r"22901\1", "ARCEP Bénin, décision 2020-349: ten digits"),
    Reform("BR", "2016-11-06", r"55([14689][1-9]|2[12478]|3[1-578]|5[1345]|7[134579])([6-9]\d{7})",
           r"55\1(?:9)\2", "Anatel, Resolução 553/2010: the ninth digit; ITU Operational Bulletin, 6.II.2013",
           local=(r"([6-9]\d{7})", r"9\1")),
    Reform("CH", "2007-03-31", r"411(\d{7})", r"4144\1", "BAKOM: 044 for 01, Zürich"),
    *(Reform("CI", "2021-01-31", rf"225({old})", rf"225{new}\1",
             "ARTCI: ten digits, by operator; which numbers were whose: libphonenumber issue 1909 and carrier data 8.12.15")
      for old, new in (
          (r"(?:0[1-3]|[457][0-3])\d{6}", "01"), (r"(?:0[4-6]|[4-9][4-6])\d{6}", "05"),
          (r"(?:0[7-9]|[4578][7-9]|6[78]|9[78])\d{6}", "07"), (r"2[0-3]8\d{5}", "21"),
          (r"(?:2[0-4]|3[0-6])0\d{5}", "25"),
          (r"(?:2(?:0[23]|1[2357]|2[45]|3[45]|4[3-5])|3(?:06|1[69]|[2-6]7))\d{5}", "27"),
          # whose the other blocks of fixed lines were, nobody says
          (r"(?!2[0-3]8|..0|2(?:0[23]|1[2357]|2[45]|3[45]|4[3-5])|3(?:06|1[69]|[2-6]7))(?:2[0-4]|3[0-6])\d{6}",
           "(?:21|25|27)"))),
    Reform("CL", "2012-11-24", r"562([2-9]\d{6})", r"5622\1", "SUBTEL, ITU communication of 2.VII.2014: Santiago",
           local=(r"([2-9]\d{6})", r"2\1")),
    Reform("CL", "2013-07-06", r"56(3[2-5]|4[1-35]|5[1-3578]|6[13457]|7[1-35])([2-9]\d{5})", r"56\1(?:2)\2",
           "SUBTEL, ITU communication of 2.VII.2014: the other areas", local=(r"([2-9]\d{5})", r"2\1")),
    Reform("CL", "2016-02-06", "", "", "SUBTEL: a 9 before mobile numbers at home, as always from abroad",
           local=(r"((?:5[0469]|6[02689]|7[046-9]|[89]\d)\d{6})", r"9\1")),
    Reform("CM", "2014-11-21", r"237([5-79]\d{7})", r"2376\1", "ART Cameroun: 6 before mobile numbers"),
    Reform("CM", "2014-11-21", r"237((?:22|33|4[23])\d{6})", r"2372\1", "ART Cameroun: 2 before CAMTEL's"),
    Reform("CO", "2021-09-01", r"57([124-8])([2-9]\d{6})", r"5760\1\2", "CRC, Resolución 5826/2019",
           local=(r"([2-9]\d{6})", r"60[124-8]\1")),
    Reform("CR", "2008-03-20", r"506([2457]\d{6})", r"5062\1", "ICE Costa Rica, eight digits: fixed lines"),
    Reform("CR", "2008-03-20", r"506([38]\d{6})", r"5068\1", "ICE Costa Rica, eight digits: mobile numbers"),
    Reform("CY", "2000-12-01", r"357([2-6]\d{6})", r"3572\1", "CYTA, eight digits: fixed lines"),
    Reform("CY", "2000-12-01", r"3579(\d{6})", r"35799\1", "CYTA, eight digits: mobile numbers"),
    Reform("CZ", "2002-09-22", "", "", "ČTÚ, nine digits: no 0 at home",
           local=(r"0([2-7]\d{8})", r"\1")),
    *(Reform("DZ", "2008-02-22", rf"213({digit}\d{{7}})", rf"213{digit}\1",
             "ARPT Algérie, nine digits: the operator's digit twice")
      for digit in "567"),
    Reform("EC", "2012-09-30", r"593([89]\d{7})", r"5939\1", "CONATEL: a 9 before mobile numbers"),
    Reform("EE", "2004-02-04", "", "", "ENSA: no 0 before mobile numbers",
           local=(r"0(5\d{6,7})", r"\1")),
    *(Reform("EG", "2011-10-06", rf"20{old}(\d{{7}})", rf"20{new}\1",
             "NTRA Egypt, announcement of 2011-10-06: eleven digits")
      for old, new in _EGYPT.items()),
    Reform("ES", "1998-04-04", r"34([1-8]\d{7})", r"349\1",
           "Ministerio de Fomento, nine digits: the 9 is dialled from abroad, too"),
    Reform("FR", "1996-10-18", "", "", "France Télécom, ten digits: Paris, whose numbers from abroad stayed",
           local=(r"(?:(?:16)?1)?([3-6]\d{7})", r"01\1")),
    *(Reform("FR", "1996-10-18", rf"33((?:{old})\d{{6}})", rf"33{zone}\1",
             "France Télécom, ten digits: a zone before the departments' numbers")
      for zone, old in _FRANCE.items()),
    Reform("FR", "1996-10-18", r"33(0[1-46-9]\d{6})", r"336\1", "France Télécom, ten digits: 06 before mobile numbers"),
    *(Reform("GA", "2019-11-15", rf"2410?({old}\d{{6}})", rf"241{new}\1",
             "ARCEP Gabon: nine digits, by operator; the old ones ended on 2024-04-06")
      for old, new in (("1", "1"), ("[256]", "6"), ("[47]", "7"))),
    Reform("GB", "1990-05-06", r"441([2-9]\d{6})", r"44[78]1\1", "British Telecom: 071 and 081 for 01, London"),
    Reform("GB", "1995-04-16", r"44([78]1[2-9]\d{6}|[2-9]\d\d[2-9]\d{5})", r"441\1",
           "Oftel, PhONEday: a 1 before area codes"),
    *(Reform("GB", "2000-04-22", rf"44{old}([2-9]\d{{{9 - len(old)}}})", rf"44{new}\1", "Oftel, the Big Number Change: areas")
      for old, new in {old: new for old, new in _BRITAIN.items() if len(old) == 3}.items()),
    *(Reform("GB", "2000-04-22", rf"44{old}([2-9]\d{{5}})", rf"44{new}\1", "Oftel, the Big Number Change: areas")
      for old, new in _BRITAIN.items() if len(old) == 4),
    *(Reform("GB", "2001-04-28", rf"44{old}(\d{{6}})", rf"447{new}\2", "Oftel, the Big Number Change: 07 before mobile numbers")
      for old, new in (
          (r"3(70|74|78|85)", r"7\1"), (r"4(02|03|04|10|11|21|41|67|68|98)", r"7\1"), (r"5(85|89)", r"8\1"),
          (r"8(02|31|36|50|60)", r"8\1"), (r"9(5[68]|6[16]|7[0-79])", r"9\1"))),
    Reform("GE", "2011-06-20", r"995((?:5[15-8]|7[147-9]|9[0-9])\d{6})", r"9955\1",
           "GNCC, ITU communication of 22.XII.2010: a 5 before mobile numbers"),
    Reform("GE", "2011-06-04", r"99532([2-9]\d{5})", r"995322\1", "GNCC, ITU communication of 22.XII.2010: Tbilisi"),
    Reform("GH", "2010-05-01", r"23321(\d{6})", r"233302\1", "NCA Ghana, nine digits: Accra"),
    Reform("GR", "2002-11-03", r"301(\d{7})", r"30210\1", "EETT, ten digits: Athens, whose 1 was 10 from 2001"),
    Reform("GR", "2002-11-03", r"3010(\d{7})", r"30210\1", "EETT, ten digits: Athens, 210 for 010"),
    Reform("GR", "2002-11-03", r"30([2-8]\d{1})(\d{6})", r"302\1(?:0)\2",
           "EETT, ten digits: a 2 before area codes, a 0 behind them"),
    Reform("GR", "2002-11-03", r"30([2-8]\d{2})(\d{5})", r"302\1(?:0)\2",
           "EETT, ten digits: a 2 before area codes, a 0 behind them"),
    Reform("GR", "2002-11-03", r"30([2-8]\d{3})(\d{4})", r"302\1(?:0)\2",
           "EETT, ten digits: a 2 before area codes, a 0 behind them"),
    Reform("GR", "2003-01-20", r"309(\d{8})", r"3069\1", "EETT, ten digits: mobile numbers"),
    Reform("HK", "1995-01-01", r"852([2-9]\d{6})", r"8522\1", "OFTA Hong Kong: eight digits"),
    Reform("HN", "2010-11-14", r"504([24-8]\d{6})", r"5042\1",
           "CONATEL Honduras; World Telephone Numbering Guide, +504: fixed lines"),
    Reform("HN", "2007-02-25", r"504([39]\d{6})", r"504(?:3(?=3)|9(?=9))\1",
           "CONATEL Honduras, resolución NR014/06; World Telephone Numbering Guide, +504"),
    Reform("HN", "2007-02-25", r"504(8\d{6})", r"5049\1",
           "CONATEL Honduras, resolución NR014/06; World Telephone Numbering Guide, +504"),
    Reform("HT", "2008-08", r"509(2\d{6})", r"5092\1", "CONATEL Haïti, eight digits: fixed lines"),
    Reform("HT", "2008-08", r"509([34]\d{6})", r"5093\1", "CONATEL Haïti, eight digits: mobile numbers"),
    Reform("IN", "2003", r"91(11|22|33|44)([2-8]\d{6})", r"91\1(?:2)\2",
           "BSNL and MTNL: a 2 before the numbers of the largest cities",
           local=(r"([2-8]\d{6})", r"2\1")),
    Reform("IT", "2001-06-30", "", "", "AGCOM, delibera 6/00/CIR: no 0 before mobile numbers",
           local=(r"0(3\d{8,9})", r"\1")),
    Reform("JP", "1999-01-01", r"81([1-489])0(\d{7})", r"8190\1\2", "MPT Japan: mobile numbers of eleven digits"),
    Reform("JP", "1999-01-01", r"81([56])0(\d{7})", r"8170\1\2", "MPT Japan: PHS numbers of eleven digits"),
    Reform("JP", "1999-01-01", r"816([2-9]\d{6})", r"8166\1",
           "NTT: Osaka; Wikipedia, 日本における市外局番の変更", local=(r"([2-9]\d{6})", r"6\1")),
    Reform("JP", "1991-01-01", r"813([2-9]\d{6})", r"8133\1", "NTT: Tokyo", local=(r"([2-9]\d{6})", r"3\1")),
    Reform("KR", "2021-06-30", r"821[16-9]([2-9]\d{2}\d{4})", r"8210[2-9]\1", "MSIT Korea: 010 for all mobile numbers"),
    Reform("KR", "2021-06-30", r"821[16-9]([2-9]\d{7})", r"8210\1", "MSIT Korea: 010 for all mobile numbers"),
    Reform("KW", "2008-10-17", r"965([2-5]\d{6})", r"9652\1",
           "Ministry of Communications of Kuwait, eight digits: fixed lines"),
    Reform("KW", "2008-10-17", r"965(6\d{6})", r"9656\1",
           "Ministry of Communications of Kuwait, eight digits: mobile numbers"),
    Reform("KW", "2008-10-17", r"965([79]\d{6})", r"9659\1",
           "Ministry of Communications of Kuwait, eight digits: mobile numbers"),
    Reform("KZ", "2007-06", r"73([12]\d{8})", r"77\1", "Agreement with Russia of 2006-06-11: 7 for the 3 of area codes"),
    Reform("LA", "2010-11", r"85620([2579])(\d{6})", r"85620\1(?:\1)\2",
           "NAPT Laos, eight digits: the operator's digit twice"),
    Reform("LK", "2003-09", r"94([1-9])([2-9]\d{5})", r"94\1(?:12)\2", "TRCSL, nine digits: Colombo"),
    Reform("LU", "2007-03-01", r"3520?([269]1\d{6})", r"3526\1",
           "ILR, plan of April 2005: 6 for the 0 of mobile numbers, which was dialled from abroad, too; paperjam.lu, 2006"),
    Reform("LV", "2008-07-01", r"371([3-7]\d{6})", r"3716\1", "SPRK Latvia, eight digits: fixed lines"),
    Reform("LV", "2007-07-01", r"371([25689]\d{6})", r"3712\1", "SPRK Latvia, eight digits: mobile numbers"),
    Reform("MA", "2009-03-07", r"212([23]\d{7})", r"2125\1", "ANRT Maroc, nine digits: fixed lines"),
    Reform("MA", "2009-03-07", r"212([14-7]\d{7})", r"2126\1", "ANRT Maroc, nine digits: mobile numbers"),
    Reform("MA", "2009-03-07", r"2128(\d{7})", r"21280\1", "ANRT Maroc, nine digits: 80 for 8"),
    Reform("MA", "2009-03-07", r"2129(\d{7})", r"21289\1", "ANRT Maroc, nine digits: 89 for 9"),
    Reform("MU", "2013-09-01", r"230((?:2[59]\d|4(?:2[1-389]|4\d|7[1-9]|9\d)|7\d\d|87[15-8]|9[0-8]\d)\d{4})", r"2305\1",
           "ICTA Mauritius, decision of 2013-02-11: a 5 before mobile numbers"),
    Reform("MX", "2019-08-03", r"521([2-9]\d{9})", r"52\1",
           "IFT, Plan Técnico Fundamental de Numeración: the 1 before mobile numbers, the 01, 044 and 045 at home"),
    Reform("NI", "2009", r"505([2-7]\d{6})", r"5052\1", "TELCOR, eight digits: fixed lines"),
    Reform("NI", "2009", r"505([4689]\d{6})", r"5058\1", "TELCOR, eight digits: mobile numbers"),
    Reform("PA", "2005", r"507(6\d{6})", r"5076\1", "ASEP Panamá: eight digits of mobile numbers"),
    Reform("PE", "2010-09-04", r"511(9\d{8})", r"51\1", "MTC, Área Virtual Móvil: no area code before mobile numbers"),
    Reform("PE", "2010-09-04", r"51[4-8]\d(9\d{8})", r"51\1",
           "MTC, Área Virtual Móvil: no area code before mobile numbers"),
    Reform("PE", "2008-04-05", r"511(9\d{7})", r"51(?:1)?9\1", "MTC and OSIPTEL: a 9 before mobile numbers of Lima"),
    Reform("PH", "2019-10-06", r"632([2-9]\d{6})", r"632(?:[678]\1|3(?=[2-4])\1)",
           "NTC, Memorandum Order 10-10-2017: eight digits in Metro Manila; Bayan's 3 only before 000 to 499",
           local=(r"([2-9]\d{6})", r"(?:[678]\1|3(?=[2-4])\1)")),
    Reform("PL", "2009-09-30", "", "", "UKE: no 0 at home",
           local=(r"0(\d{9})", r"\1")),
    Reform("PT", "1999-10-31", r"351(1\d{7}|[2-8]\d{7})", r"3512\1", "ANACOM, nine digits: 2 before fixed lines"),
    Reform("PT", "1999-10-31", "", "", "ANACOM, nine digits: no 0 before mobile numbers",
           local=(r"0(9[136]\d{7})", r"\1")),
    Reform("QA", "2010-07-28", r"974([3-7])(\d{6})", r"974\1(?:\1)\2", "ictQATAR, eight digits: the first digit twice"),
    Reform("RO", "2002-06-14", r"40(1\d{7}|[3-6]\d{7})", r"402\1",
           "ANRC: a 2 before area codes, 1 and those of the counties; World Telephone Numbering Guide, +40"),
    Reform("RU", "2005-12-01", r"7095(\d{7})", r"7495\1", "Ministry of Communications of Russia: 495 for 095, Moscow"),
    Reform("SA", "2013", r"966([1-467]\d{7})", r"9661\1", "CITC: a 1 before area codes"),
    Reform("SG", "2002-03-01", r"65([2-8]\d{6})", r"656\1", "IDA Singapore: eight digits of fixed lines"),
    Reform("SN", "2007-10-07", r"221(8\d{6})", r"22133\1", "ARTP Sénégal, nine digits: fixed lines"),
    Reform("SN", "2007-10-07", r"221([456]\d{6})", r"2217[67]\1",
           "ARTP Sénégal, nine digits: 77 before Orange's, 76 before Tigo's; osiris.sn, 2007-10-05"),
    Reform("SV", "2005", r"503([2-6]\d{6})", r"5032\1", "SIGET, eight digits: fixed lines"),
    Reform("SV", "2005", r"503([78]\d{6})", r"5037\1", "SIGET, eight digits: mobile numbers"),
    Reform("TH", "2006-09-01", r"66([14-79]\d{7})", r"668\1", "NTC Thailand: an 8 before mobile numbers"),
    Reform("TW", "1998-01-01", r"8862([2-9]\d{6})", r"88622\1", "DGT Taiwan: eight digits in Taipei",
           local=(r"([2-9]\d{6})", r"2\1")),
    Reform("TZ", "2006-05", r"25574([4-8]\d{6})", r"25575\1", "TCRA, numbering plan of 2005: Vodacom"),
    Reform("UA", "2009-10-14", "", "", "NCCIR Ukraine: 0 for 8 and 0",
           local=(r"80?(\d{9})", r"0\1")),
    Reform("UY", "2010-08-29", r"598([2-7]\d{6})", r"5984\1",
           "URSEC, ITU communication of 18.VI.2010: a 4 before the numbers outside Montevideo"),
    Reform("VN", "2018-09-15", r"8416([2-9]\d{7})", r"843\1", "MIC Viet Nam: mobile numbers of ten digits"),
    *(Reform("VN", "2018-09-15", rf"84{old}(\d{{7}})", rf"84{new}\1", "MIC Viet Nam, as above") for old, new in (
        ("120", "70"), ("121", "79"), ("122", "77"), ("126", "76"), ("128", "78"), ("123", "83"), ("124", "84"),
        ("125", "85"), ("127", "81"), ("129", "82"), ("186", "56"), ("188", "58"), ("199", "59"))),
    Reform("VN", "2017-06-17", r"844([2-9]\d{7})", r"8424\1", "MIC Viet Nam, Decision 2036/2016: Hanoi"),
    Reform("VN", "2017-06-17", r"848((?:[2-57]\d|[689][0-79])\d{6})", r"8428\1",
           "MIC Viet Nam, Decision 2036/2016: Saigon; 868, 888 and 898 were mobile numbers"),
    *(Reform("VN", since, rf"84{old}([2-9]\d{{6}})", rf"84{new}\1", "MIC Viet Nam, Decision 2036/2016: the provinces")
      for since, codes in _VIET_NAM.items() for new, old in codes.items()),
    *(Reform("XK", "2017-02-03", rf"{code}({old}\d{{6}})", r"383\1", "ITU, +383 of 2016-12-15; ARKEP Kosovo")
      for code, old in (("377", "4[45]"), ("386", "4[39]"), ("381", "(?:2[89]|3[89])"))),
    Reform("ZM", "2007-10-31", r"2609([5-7])(\d{6})", r"2609\1(?:\1)\2",
           "Communications Authority of Zambia, from 2007-05-01: the operator's digit twice; thezambian.com, 2008-04-03"),
    Reform("ZM", "2007-10-31", r"2609([89])(\d{6})", r"26097\1\2",
           "Communications Authority of Zambia, as above: Celtel's 098 and 099 are 097 8 and 097 9"),
    Reform("ZW", "2010-10-02", r"26391(\d{7})", r"26377\1",
           "POTRAZ: Econet's 077 for 091; bizcommunity.africa, 53001. How many digits the other operators' kept is not known"),
)  # fmt: skip
