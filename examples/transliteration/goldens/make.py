"""Writes down what the models' own package makes of the texts in arabic.json and persian.json, which the specification compares.

To make it again: in an environment with arabic-name-romanizer==0.2.0, which needs Python 3.11, run this file. It prints how many changed.
"""

import json
from pathlib import Path
from typing import Callable, Dict, List

from arabic_name_romanizer.api import default_resources_dir, unit_roles
from arabic_name_romanizer.inference import OnnxModel
from arabic_name_romanizer.normalize import normalize_arabic, split_units
from arabic_name_romanizer.persian import normalize_persian


def romanize(model: OnnxModel, normalize: Callable[[str], str], text: str) -> str:
    """The model alone, without the package's dictionary; one name a call, because what fills up a batch changes its answers."""
    names = split_units(normalize(text))
    roles = unit_roles(len(names), None)
    return " ".join(model.transliterate_units([name], None, 1, [role])[0][0][0] for name, role in zip(names, roles))


def make(language: str, folder: Path, normalize: Callable[[str], str]) -> None:
    file = Path(__file__).parent / f"{language}.json"
    before: List[Dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    # One beam: the most probable letter each time.
    model = OnnxModel(folder, beam_width=1)
    after = [{"text": row["text"], "latin": romanize(model, normalize, row["text"])} for row in before]
    file.write_text("[\n" + ",\n".join("  " + as_json(row) for row in after) + "\n]\n", encoding="utf-8")
    changed = sum(1 for old, new in zip(before, after) if old.get("latin") != new["latin"])
    print(f"{language}: {len(after)} texts, {changed} changed")


def as_json(row: Dict[str, str]) -> str:
    return "{ " + ", ".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in row.items()) + " }"


if __name__ == "__main__":
    make("arabic", default_resources_dir(), normalize_arabic)
    make("persian", default_resources_dir() / "persian", normalize_persian)
