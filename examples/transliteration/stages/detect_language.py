"""Tells the language of texts: the function behind the stage in detect-language.ts."""

import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

import fasttext


def setup() -> Any:
    """The model, which lies beside the virtual environment that this runs in."""
    return fasttext.load_model(str(Path(sys.prefix).parent / "models" / "lid.176.ftz"))


def detect(batch: Dict[str, List[str]], context: Any) -> Dict[str, List[Any]]:
    """For each text its language, such as "ar", and how sure the model is, from 0 to 1."""
    answers = [tell(context.state, text) for text in batch["text"]]
    return {"language": [language for language, _ in answers], "score": [score for _, score in answers]}


def tell(model: Any, text: str) -> Tuple[str, float]:
    """A line break would end the text."""
    labels, scores = model.predict(text.replace("\n", " "))
    return labels[0][len("__label__") :], scores[0]
