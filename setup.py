"""The package's version is the book's: it is written once, in CITATION.cff."""

import re
from pathlib import Path

from setuptools import find_packages, setup

_CITATION = Path(__file__).parent / "CITATION.cff"
_VERSION = re.search(r"^version:\s*[\"']?([^\"'\s]+)", _CITATION.read_text("utf-8"), re.MULTILINE)
if _VERSION is None:
    raise SystemExit("CITATION.cff: no line 'version: ...'; add one, the package takes its version from it")

setup(
    version=_VERSION.group(1),
    packages=find_packages(include=["corridors*"]),
    package_data={
        "corridors": ["py.typed"],
        "corridors.build": ["static/*"],
        "corridors.refresh": ["*.jinja"],
        "corridors.publish": ["static/*", "static/*/*", "templates/*"],
        "corridors.typeset": ["house/*.typ"],
    },
)
