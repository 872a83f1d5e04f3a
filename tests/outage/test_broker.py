"""A broker that is dead, or alive and takes nothing: writes are accepted, and all arrives afterwards."""

import pytest

from tests.assembly import until
from tests.outage.marked import in_query, parked

# Among the services of the mix both databases tell, and both hear.
pytestmark = pytest.mark.parametrize("assembly", ["mixed"], indirect=True)

ALARMS = {
    "memory": (("set_vm_memory_high_watermark", "0.0001"), ("set_vm_memory_high_watermark", "0.4")),
    "disk": (("set_disk_free_limit", "1000GB"), ("set_disk_free_limit", "50MB")),
}


def test_writes_are_accepted_without_a_broker_and_arrive_when_it_is_back(assembly):
    known = assembly.post("known before the outage")
    until(lambda: assembly.comment(known, "First.")[0] == 201)
    assembly.quiet()
    broker = assembly.system.broker

    broker.kill()
    posts = assembly.posts(20, "outage")
    comments = [assembly.comment(known, f"Written in the dark, {number}.")[0] for number in range(20)]
    assert comments == [201] * 20
    assert in_query(assembly, "outage") == 0
    broker.start()
    broker.wait()

    until(lambda: in_query(assembly, "outage") == len(posts), saying=assembly.differences)
    assembly.quiet()


@pytest.mark.parametrize("alarm", ALARMS)
def test_while_the_broker_has_raised_an_alarm_writes_go_on_and_the_relay_says_why(assembly, alarm):
    raised, lifted = ALARMS[alarm]
    log = assembly.running["posts.relay"].log
    before = log.read_text().count("has raised an alarm")

    assembly.rabbitmqctl(*raised)
    try:
        posts = assembly.posts(20, f"{alarm} alarm")
        until(lambda: log.read_text().count("has raised an alarm") > before, seconds=10)
        assert in_query(assembly, f"{alarm} alarm") == 0
    finally:
        assembly.rabbitmqctl(*lifted)

    until(lambda: in_query(assembly, f"{alarm} alarm") == len(posts), saying=assembly.differences)
    assembly.quiet()
    assert parked(assembly) == 0
