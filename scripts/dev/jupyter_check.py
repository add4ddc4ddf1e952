"""Runs jupyter_kernel_test against ft as a kernel; called by scripts/dev/jupyter-check."""
import unittest

from jupyter_kernel_test import IopubWelcomeTests, KernelTests

NAME = "tunebook"


class TunebookTests(KernelTests):
    """Every test of the suite, each with something of our language."""

    kernel_name = NAME
    language_name = NAME
    file_extension = ".ft"
    code_hello_world = 'print "hello, world"'
    # Loads, and notes that the rows held out are those to train on.
    code_stderr = 'load data "support.jsonl" dev "support.jsonl"'
    completion_samples = [
        {"text": "train 3 ep", "matches": {"epoch", "epochs"}},
        {"text": "load mo", "matches": {"model"}},
        {"text": ":cl", "matches": {":clear"}},
        {"text": "zebra", "matches": set()},
    ]
    complete_code_samples = ["print 1", "let x = 3\nprint x", "if true {\n  print 1\n}", "?train"]
    incomplete_code_samples = ["if true {", "print [1,", "print 1 +", "for i in 1..3 {\n  print i"]
    invalid_code_samples = ["let = 2", "print )", "prnt 1"]
    code_page_something = "?train"
    code_generate_error = "prnt 1"
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": '"a" + "b"', "result": '"ab"'},
        {"code": "[1, 2]", "result": "[1, 2]"},
        {"code": "1 + 2", "result": "3"},
        {"code": "1 + 2", "result": "3"},
    ]
    code_display_data = [
        {"code": "help", "mime": "text/plain"},
        {"code": "show settings", "mime": "text/html"},
        {"code": "show settings", "mime": "text/plain"},
    ]
    code_history_pattern = "1?+*2"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "train"
    code_clear_output = ":clear"


class TunebookWelcomeTests(IopubWelcomeTests):
    """A listener is told when it misses nothing more."""

    kernel_name = NAME
    support_iopub_welcome = True


if __name__ == "__main__":
    # The suite's own classes are for other kernels.
    del IopubWelcomeTests, KernelTests
    unittest.main(verbosity=2)
