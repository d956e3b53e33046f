"""How an alert ended: by whom or what, without buttons."""

from bot.blocks.alert_scene import Draft, Scene, middle
from bot.blocks.parts import Run, code, dead, headline, joined, notice, paragraphs, who, words
from bot.blocks.wording import DOT, ID_SHOWN, count, customer, order_runs, were, why
from commands.domain.alerts import OrderLine
from commands.domain.lifecycle import Synced


def one(scene: Scene, line: OrderLine) -> Draft:
    """The order is settled."""
    name = dead(line.id, ID_SHOWN)
    by_hand = line.synced is Synced.MANUAL
    says = f"Solved: order {name} is {'marked as synced' if by_hand else 'in the ERP'}"
    return Draft(
        notice(f"{says}.", customer(line)),
        [
            headline(says),
            paragraphs(_ending(scene, line), order_runs(line, scene.wall)),
        ],
    )


def _ending(scene: Scene, line: OrderLine) -> list[Run]:
    number = [words("ERP number "), code(line.reference)] if line.reference else []
    return joined([[*_by(scene, line), *_at(scene, line)], number], DOT)


def _by(scene: Scene, line: OrderLine) -> list[Run]:
    match line.synced:
        case Synced.MANUAL:
            marked = [words("Marked as synced")]
            return [*marked, words(" by "), who(line.settled_by)] if line.settled_by else marked
        case Synced.FOUND:
            return [words("It was already there, found")]
        case Synced.AUTO | None:
            retried = [words("Sent again"), *scene.by()]
            return retried if scene.picture.settled.people else [words("It went by itself")]


def _at(scene: Scene, line: OrderLine) -> list[Run]:
    return [words(" at "), scene.wall.at(line.settled_at)] if line.settled_at else []


def moved(scene: Scene, line: OrderLine) -> Draft:
    """It fails now for another reason, which has its own alert."""
    name = dead(line.id, ID_SHOWN)
    says = f"Order {name} no longer waits for this: now {middle(why(line))}"
    return Draft(
        notice(f"Changed: {says[0].lower()}{says[1:]}.", customer(line)),
        [
            headline(f"Changed: {says[0].lower()}{says[1:]}"),
            paragraphs(
                [words("It is told of in an alert of its own.")], order_runs(line, scene.wall)
            ),
        ],
    )


def many(scene: Scene) -> Draft:
    """Nothing of it is left."""
    picture, settled = scene.picture, scene.picture.settled
    if settled.total == 0:
        return _all_moved()
    elsewhere = max(0, picture.total - settled.total)
    place = "settled" if settled.manual or elsewhere else "in the ERP"
    which = f"{settled.total:,} of" if elsewhere else "all"
    says = f"Solved: {which} {count(picture.total, 'order')} are {place}"
    fails = "fails" if elsewhere == 1 else "fail"
    went_on = f"{elsewhere:,} {fails} now for another reason, in an alert of their own"
    at = [words("Last one at "), scene.wall.at(settled.last_at)] if settled.last_at else []
    return Draft(
        notice(f"{says}.", f"{went_on}." if elsewhere else ""),
        [
            headline(says),
            paragraphs(_how(scene), [words(went_on)] if elsewhere else [], at),
        ],
    )


def _all_moved() -> Draft:
    says = "Changed: no order waits for this any more"
    why = "Their reason is another one now: they are told of in alerts of their own."
    return Draft(notice(f"{says}."), [headline(says), paragraphs([words(why)])])


def _how(scene: Scene) -> list[Run]:
    settled = scene.picture.settled
    ways = [
        f"{settled.auto:,} sent" if settled.auto else "",
        were(settled.found, "already there") if settled.found else "",
        f"{settled.manual:,} marked as synced by hand" if settled.manual else "",
    ]
    told = [[words(way)] for way in ways if way]
    return [*joined(told, DOT), *scene.by()] if told else []
