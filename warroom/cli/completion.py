"""`warroom completion`: what a shell needs to complete the command line."""

import argparse
import os
import re
import shutil
import sys

from warroom.cli.parser import Parser

ABOUT = "Prints what a shell needs to complete commands, options, incidents, services, kinds, marks and themes."
EXAMPLES = """\
examples:
  bash, in ~/.bashrc:                    eval "$(warroom completion bash)"
  zsh, in ~/.zshrc, after compinit:      eval "$(warroom completion zsh)"
  fish, once: warroom completion fish > ~/.config/fish/completions/warroom.fish
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="bash, zsh or fish")


def run(arguments: argparse.Namespace) -> int:
    from argcomplete.shell_integration import shellcode

    print(shellcode(["warroom"], shell=arguments.shell, argcomplete_script=_where(sys.argv[0])))
    return 0


def _where(program: str) -> str | None:
    """The whole path of a program that the shell does not find by its name; None where the name will do.

    The shell would ask what stands in the line, and `~/bin/warroom` it does not read as a path there.
    """
    path, found = os.path.abspath(program), shutil.which("warroom")
    if os.path.basename(path) != "warroom" or not os.path.isfile(path):
        return None
    if found is not None and os.path.samefile(found, path):
        return None
    return path if re.fullmatch(r"[\w@%+=:,./-]+", path, re.ASCII) else None  # it stands in the script as it is
