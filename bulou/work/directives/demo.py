"""What orders tell of a demonstration: the county's go down at their hour; most answer, sooner or later."""

from datetime import datetime, timedelta

from bulou.core.staff.roles import Role
from bulou.demo.stage import Stage
from bulou.work.directives import actions, forms, models


def demo(stage: Stage, since: datetime, until: datetime) -> None:
    for said in stage.county.orders:
        if since < said["at"].replace(tzinfo=until.tzinfo) <= until:
            words = {key: said[key] for key in ("number", "title", "text", "to")}
            order = forms.OrderIn(**words, due_at=until + timedelta(hours=said["hours"]), needs_answer=True)
            actions.issue(stage.crew.at(Role.COUNTY_OFFICE, stage.county.county), order)
    for to in models.Issued.objects.filter(happened_at__gt=until - timedelta(days=4)):
        clerk = stage.crew.answering(to.place, to.post)
        chance = stage.chance("order", to.place, to.post, to.day)
        heard = to.happened_at + timedelta(minutes=chance.randint(5, 300))
        told = {"recipient": str(to.recipient)}
        done = heard + timedelta(hours=chance.randint(2, 30))
        if chance.random() < 0.07:
            continue
        if since < heard <= until:
            stage.hand_in(clerk, models.Acknowledged.kind, to.place, heard, told)
        if since < done <= until:
            stage.hand_in(clerk, models.Answered.kind, to.place, done, {**told, "text": "已落实。"})
