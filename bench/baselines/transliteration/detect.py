"""Answers each line of standard input, a list of texts as JSON, by a line: [[language, score], ...], in the same order."""

import json
import sys
from typing import List, Tuple

import fasttext

model = fasttext.load_model(sys.argv[1])


def detect(text: str) -> Tuple[str, float]:
    """The language of a text, which is one line to the model, and how sure it is."""
    labels, scores = model.predict(text.replace("\n", " "))
    return labels[0][len("__label__") :], scores[0]


def answer(texts: List[str]) -> str:
    return json.dumps([detect(text) for text in texts])


for line in sys.stdin.buffer:
    sys.stdout.write(answer(json.loads(line)) + "\n")
    sys.stdout.flush()
