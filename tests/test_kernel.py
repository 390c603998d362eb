"""In the kernel of a real notebook: cards, short errors, progress; Ctrl-C keeps the best grouping."""

from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

pytestmark = pytest.mark.slow
SECONDS = 60


class Kernel:
    """Runs cells and keeps what they show."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def run(self, code: str, *, interrupt_at: str | None = None) -> list[dict[str, Any]]:
        """Return the outputs of a cell; Ctrl-C where a text is first shown."""
        asked = self.client.execute(code)
        outputs: list[dict[str, Any]] = []
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            if message["parent_header"].get("msg_id") != asked:
                continue
            content = message["content"]
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return outputs
            if message["msg_type"] in {"stream", "error", "execute_result", "display_data",
                                       "update_display_data"}:  # fmt: skip
                outputs.append(content)
                shown = str(content.get("data", {}).get("text/plain", ""))
                if interrupt_at is not None and interrupt_at in shown:
                    interrupt_at = None
                    self.manager.interrupt_kernel()

    def value(self, expression: str) -> str:
        """Return the text of an expression."""
        (output,) = self.run(expression)
        return str(output["data"]["text/plain"])


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        running = Kernel(manager, client)
        running.run("import sip_grouping as sip")
        yield running
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_what_a_cell_ends_with_is_a_card(kernel: Kernel) -> None:
    kernel.run("edition = sip.synthetic_edition(members=40, seed=1)")
    (output,) = kernel.run("edition")
    assert output["data"]["text/plain"].startswith("Edition(name=")
    assert 'class="sip-card"' in output["data"]["text/html"]


def test_an_error_of_the_input_is_told_without_the_way_to_it(kernel: Kernel) -> None:
    (output,) = kernel.run('1 + 1\nsip.load_edition("no-such-folder")')
    text = "\n".join(output["traceback"])
    assert output["ename"] == "InputError"
    assert '----> sip.load_edition("no-such-folder")' in text
    assert "folder-missing" in text
    assert len(text.splitlines()) < 6


def test_a_mistake_of_the_caller_is_a_common_traceback(kernel: Kernel) -> None:
    (output,) = kernel.run("sip.synthetic_edition(people=3)")
    assert output["ename"] == "TypeError"
    assert "Traceback" in "\n".join(output["traceback"])


def test_ctrl_c_keeps_the_best_grouping(kernel: Kernel) -> None:
    """Without a limit this edition is worked on for minutes."""
    kernel.run("large = sip.synthetic_edition(members=1500, seed=7)")
    outputs = kernel.run("result = sip.form_groups(large)", interrupt_at="score")
    assert not [one for one in outputs if "ename" in one]
    assert kernel.value("result.stop_reason.value") == "'interrupted'"
    assert kernel.value("result.status.value") == "'feasible'"
    assert kernel.value("sip.verify(large, result).ok") == "True"
    assert kernel.value("len(result.trace) > 0 and result.score > 0") == "True"
    # The kernel hears the next Ctrl-C as ever.
    (output,) = kernel.run(
        "import time\nfrom IPython.display import display\ndisplay('go')\ntime.sleep(50)",
        interrupt_at="go",
    )[-1:]
    assert output["ename"] == "KeyboardInterrupt"


def test_the_progress_is_one_line_that_changes(kernel: Kernel) -> None:
    outputs = kernel.run("few = sip.form_groups(edition, work_limit=5)")
    texts = [str(one["data"]["text/plain"]) for one in outputs]
    assert texts[0].startswith("building")
    assert texts[-1].startswith("verifying")
    assert all(set(one["data"]) == {"text/plain"} for one in outputs)
    assert len({one["transient"]["display_id"] for one in outputs}) == 1
    assert (
        kernel.run("quiet = sip.form_groups(edition, work_limit=5, observer=sip.Observer())") == []
    )
