"""Writes the mutants of a room with mutmut, in the folder that `tests/mutate.py` made for it, and prints their names.

Beside each name stands a fingerprint of its function: as long as that is the same, so is the mutant.
"""

import json
import os
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

# They read setup.cfg as they are imported: only in that folder can they be.
from mutmut.__main__ import create_mutants
from mutmut.mutation.data import SourceFileMutationData
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, walk_mutatable_files


def names() -> dict[str, str]:
    """Each mutant, and what it is made of."""
    found: dict[str, str] = {}
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        for mutant in data.exit_code_by_key:
            function = mutant.rpartition(".")[2].partition("__mutmut_")[0]
            found[mutant] = str(data.hash_by_function_name[function])
    return found


if __name__ == "__main__":
    with redirect_stdout(StringIO()):
        Path("mutants").mkdir(exist_ok=True)
        copy_src_dir()
        copy_also_copy_files()
        create_mutants(os.cpu_count() or 1)
    print(json.dumps(names()))
