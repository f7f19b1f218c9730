"""`warroom completion`: what a shell needs to complete the command line."""

import argparse

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

    print(shellcode(["warroom"], shell=arguments.shell))
    return 0
