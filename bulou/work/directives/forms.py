"""What may be typed about an order. Shapes only."""

from bulou.core.tasks.rounds import RoundIn


class OrderIn(RoundIn):
    needs_answer: bool = False
