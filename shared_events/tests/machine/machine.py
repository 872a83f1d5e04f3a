"""What may happen to a consumer, in any order; afterwards it must hold what was told, and nothing else."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from shared_events.models import InboxEntry, OutboxEntry, ParkedEvent
from shared_events.tests.example.models import Answer, CommentReplica
from shared_events.tests.machine.history import POISON, History
from shared_events.tests.machine.world import Broker, Worker

POSITIONS = st.lists(st.integers(0, 1000), min_size=1, max_size=8)
DEATHS = st.sampled_from(["", "", "", "before commit", "after commit"])


class ConsumerMachine(RuleBasedStateMachine):
    """Tells, delivers, repeats and kills; the end is an undisturbed delivery of all that is left."""

    def __init__(self) -> None:
        super().__init__()
        for model in (CommentReplica, Answer, InboxEntry, OutboxEntry, ParkedEvent):
            model.objects.all().delete()
        self.history = History()
        self.broker = Broker()
        self.worker = Worker(self.broker)

    @rule(number=st.integers(1, 3), deleted=st.sampled_from([False, False, True]))
    def a_comment_changes(self, number: int, deleted: bool) -> None:
        self.broker.ready.append(self.history.change(number, deleted=deleted))

    @rule()
    def a_case_is_judged(self) -> None:
        self.broker.ready.append(self.history.judge())

    @rule(number=st.integers(0, len(POISON)))
    def a_stranger_speaks(self, number: int) -> None:
        self.broker.ready.append(self.history.poison(number))

    @precondition(lambda self: self.history.told)
    @rule(positions=POSITIONS)
    def the_relay_publishes_again(self, positions: list[int]) -> None:
        told = self.history.told
        self.broker.ready += [told[position % len(told)] for position in positions]

    @precondition(lambda self: self.broker.ready)
    @rule(positions=POSITIONS, death=DEATHS)
    def some_are_delivered(self, positions: list[int], death: str) -> None:
        self.worker.death = death
        self.worker.receive(self.broker.take(positions))

    @precondition(lambda self: self.broker.ready)
    @rule(positions=POSITIONS, death=st.sampled_from(["before commit", "after commit"]))
    def the_whole_worker_dies(self, positions: list[int], death: str) -> None:
        self.worker.death = death
        for message in self.broker.take(positions):
            self.worker.lane._take(message)
        if self.worker.results:
            self.worker.results[0]()
        self.worker = Worker(self.broker)
        self.broker.give_back_unacked()

    def teardown(self) -> None:
        self.broker.give_back_unacked()
        while self.broker.ready:
            self.worker.receive(self.broker.take([0] * 50))
        self.history.check()
        replayed = list(reversed(self.history.told))
        self.broker.ready += replayed
        self.worker.receive(self.broker.take([0] * len(replayed)))
        self.history.check()
