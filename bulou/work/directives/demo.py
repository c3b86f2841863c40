"""What orders tell of a demonstration: one every third morning; the townships see to it sooner or later."""

from datetime import datetime, timedelta

from bulou.core.staff.roles import Role
from bulou.demo.stage import Stage
from bulou.work.directives import actions, forms, models

TITLES = ("再次逐户排查返乡人员", "核对留观台账，做到账实相符", "备足七日防护物资", "停止聚餐聚会")


def demo(stage: Stage, since: datetime, until: datetime) -> None:
    number, turn = divmod(until.toordinal(), 3)
    if since.date() < until.date() and turn == 1:
        said = {"title": TITLES[number % len(TITLES)], "text": "请于时限前反馈落实情况。", "to": "township"}
        order = forms.OrderIn(**said, due_at=until + timedelta(hours=9), needs_answer=True)  # type: ignore[arg-type]
        actions.issue(stage.crew.at(Role.COUNTY_OFFICE, stage.county.county), order)
    for to in models.Issued.objects.filter(happened_at__gt=until - timedelta(days=2)):
        clerk, chance = stage.crew.at(Role.TOWNSHIP_CLERK, to.place), stage.chance("order", to.place, to.day)
        heard, told = (
            to.happened_at + timedelta(minutes=chance.randint(5, 160)),
            {"recipient": str(to.recipient)},
        )
        if since < heard <= until:
            stage.hand_in(clerk, models.Acknowledged.kind, to.place, heard, told)
        done = heard + timedelta(hours=chance.randint(2, 9))
        if since < done <= until:
            stage.hand_in(clerk, models.Answered.kind, to.place, done, {**told, "text": "已落实。"})
    stage.flush()
