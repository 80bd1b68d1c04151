"""Currencies by their codes (ISO 4217) and by the signs that pages write; serves ``recordings.typed``."""

from __future__ import annotations

_ACTIVE = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR
IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR
MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF
XPF YER ZAR ZMW ZWL
"""
CODES = frozenset(_ACTIVE.split())

UNSURE = frozenset({"$", "¥", "kr", "kr.", "Kr", "Kr.", "Rs", "Rs.", "R"})
"""Signs that several currencies share."""

SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₫": "VND", "₴": "UAH", "₪": "ILS",
    "₦": "NGN", "₱": "PHP", "฿": "THB", "₸": "KZT", "₾": "GEL", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "lei": "RON",
    "R$": "BRL", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD",
    "S$": "SGD", "NT$": "TWD", "MX$": "MXN", "CN¥": "CNY", "JP¥": "JPY", "元": "CNY", "円": "JPY", "Fr.": "CHF",
    "SFr.": "CHF", "Euro": "EUR", "euro": "EUR",
}  # fmt: skip

_OF_REGION = {
    ("$", "US"): "USD", ("$", "CA"): "CAD", ("$", "AU"): "AUD", ("$", "NZ"): "NZD", ("$", "MX"): "MXN",
    ("$", "SG"): "SGD", ("$", "HK"): "HKD", ("¥", "JP"): "JPY", ("¥", "CN"): "CNY", ("kr", "SE"): "SEK",
    ("kr", "NO"): "NOK", ("kr", "DK"): "DKK", ("kr", "IS"): "ISK", ("R", "ZA"): "ZAR", ("rs", "IN"): "INR",
    ("rs", "PK"): "PKR", ("rs", "LK"): "LKR",
}  # fmt: skip
_OF_LANGUAGE = {"ja": "JP", "zh": "CN", "sv": "SE", "nb": "NO", "nn": "NO", "no": "NO", "da": "DK", "is": "IS"}


def currency_of(sign: str, lang: str) -> str:
    """What a shared sign stands for on a page in this language (``en-US``); "" where that does not tell."""
    language, _, region = lang.replace("_", "-").partition("-")
    plain = sign.rstrip(".") if sign in ("$", "¥", "R") else sign.rstrip(".").lower()
    return _OF_REGION.get((plain, region.upper() or _OF_LANGUAGE.get(language.lower(), "")), "")
