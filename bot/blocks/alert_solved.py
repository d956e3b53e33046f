"""How an alert ended: by whom or what, without buttons."""

from bot.blocks.alert_scene import Draft, Scene, by, middle
from bot.blocks.parts import Run, code, dead, headline, joined, link, notice, paragraphs, who, words
from bot.blocks.wording import DOT, ID_SHOWN, count, customer, order_runs, why
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
            keyed_in = scene.picture.settled.keyed_in > 0
            marked = [words("Keyed in" if keyed_in else "Marked as synced")]
            return [*marked, words(" by "), who(line.settled_by)] if line.settled_by else marked
        case Synced.FOUND:
            return [words("It was already there, found")]
        case Synced.AUTO | None:
            people = scene.picture.settled.people
            return [words("Sent again"), *by(people)] if people else [words("It went by itself")]


def _at(scene: Scene, line: OrderLine) -> list[Run]:
    return [words(" at "), scene.wall.at(line.settled_at)] if line.settled_at else []


def moved(scene: Scene, line: OrderLine) -> Draft:
    """It fails now for another reason, which has its own alert, or waits for the ERP."""
    name = dead(line.id, ID_SHOWN)
    [elsewhere] = scene.picture.moved[:1] or [None]
    why_now = middle(elsewhere.cause.title if elsewhere else why(line))
    says = f"Changed: order {name} no longer waits for this: now {why_now}"
    told = [link(elsewhere.link, "an alert of its own")] if elsewhere else [words("its own alert")]
    return Draft(
        notice(f"{says}.", customer(line)),
        [
            headline(says),
            paragraphs([words("It is told of in "), *told], order_runs(line, scene.wall)),
        ],
    )


def many(scene: Scene) -> Draft:
    """Nothing of it is left."""
    picture, settled = scene.picture, scene.picture.settled
    if settled.total == 0:
        return _all_moved(scene)
    elsewhere = max(0, picture.total - settled.total)
    place = "settled" if settled.manual or elsewhere else "in the ERP"
    which = f"{settled.total:,} of" if elsewhere else "all"
    says = f"Solved: {which} {count(picture.total, 'order')} are {place}"
    at = [words("Last one at "), scene.wall.at(settled.last_at)] if settled.last_at else []
    return Draft(
        notice(f"{says}.", f"{scene.need_you_words()}." if elsewhere else ""),
        [headline(says), paragraphs(scene.how(), scene.need_you(), at)],
    )


def _all_moved(scene: Scene) -> Draft:
    says = "Changed: no order waits for this any more"
    why_ = "Their reason is another one now: they are told of in alerts of their own."
    told = paragraphs([words(why_)], scene.need_you())
    elsewhere = f"{scene.need_you_words()}." if scene.picture.moved else ""
    return Draft(notice(f"{says}.", elsewhere), [headline(says), told])
