"""What a value of a card says, as people are told: text as it stands, of a picture what it is."""

from __future__ import annotations

from cardwarden.phrases.phrase import Value, phrase
from cardwarden.vcard.canonical import Fact


def said_of_fact(fact: Fact) -> Value:
    """A picture, sound or key by its kind and size, what cannot be decoded by its size, anything else by its text."""
    if fact.picture:
        media, look = fact.picture.media or phrase("media-unknown"), fact.picture.look
        if look.width and look.height:
            return phrase("media-of-size", media=media, width=look.width, height=look.height, count=fact.picture.size)
        return phrase("media-of", media=media, count=fact.picture.size)
    if fact.undecodable:
        return phrase("media-unreadable", count=fact.undecodable)
    return fact.text
