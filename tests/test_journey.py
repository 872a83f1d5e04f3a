from deploy.local import tokens
from deploy.local.journey import Journey


def test_a_post_and_its_comments_travel_through_all_services(assembly):
    journey = Journey(assembly.system.urls, lambda author: tokens.mint(assembly.state, author))

    hops = journey.travel()

    print("\n".join(f"{hop:<44} {milliseconds:6.0f} ms" for hop, milliseconds in hops.items()))
    assert len(hops) == 7
    assembly.quiet()
