"""`CITATION.cff`, by cffconvert, against the schema of its version 1.2.0."""

import pytest
from cffconvert import Citation


def test_the_citation_file_is_valid(exports):
    text = (exports / "citation/CITATION.cff").read_text()
    citation = Citation(text)
    citation.validate()
    assert citation.cffversion == "1.2.0"
    assert "@misc{" in citation.as_bibtex()
    with pytest.raises(Exception, match="(?i)required"):
        Citation(text.replace("authors:\n  - name:", "writers:\n  - name:", 1)).validate()
