"""Says at the end of an import what became of the export."""

from collections.abc import Iterator, Mapping, Sequence

from chassis.wordpress.batches import Remark, Tally
from chassis.wordpress.records import LeftOut

MOST_NAMED = 20
HINTS = {LeftOut.PAGE: " (--pages takes them)"}
OF_COMMENTS = frozenset(
    {
        LeftOut.PINGBACK,
        LeftOut.TRACKBACK,
        LeftOut.OTHER_COMMENT,
        LeftOut.SPAM,
        LeftOut.TRASHED_COMMENT,
        LeftOut.OTHER_COMMENT_STATUS,
        LeftOut.EMPTY_COMMENT,
        LeftOut.COMMENT_WITHOUT_ID,
        LeftOut.ORPHANED,
    }
)


def summary(thing: str, tally: Tally, left_out: Mapping[LeftOut, int]) -> str:
    """How many came and how many were there, then what did not come and why."""
    unchanged = "" if tally.came else "nothing changed, "
    counts = f"{thing}s: {unchanged}{tally.came:,} imported, {tally.present:,} were there already"
    reasons = _reasons(thing, left_out)
    return "\n".join(
        [
            counts,
            *([f"  left out: {reasons}"] if reasons else []),
            *_remarks(f"  left out: {thing}", tally.refused),
            *_remarks(f"  changed: {thing}", tally.changed),
        ]
    )


def _reasons(thing: str, left_out: Mapping[LeftOut, int]) -> str:
    concerned = {reason: count for reason, count in left_out.items() if count and _concerns(thing, reason)}
    return ", ".join(f"{count:,} {reason}{HINTS.get(reason, '')}" for reason, count in concerned.items())


def _concerns(thing: str, reason: LeftOut) -> bool:
    return (reason in OF_COMMENTS) is (thing == "comment")


def _remarks(about: str, remarks: Sequence[Remark]) -> Iterator[str]:
    for wordpress_id, text in remarks[:MOST_NAMED]:
        yield f"{about} {wordpress_id} of the export: {text}"
    if len(remarks) > MOST_NAMED:
        yield f"{about}s, {len(remarks) - MOST_NAMED:,} more"
