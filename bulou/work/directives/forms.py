"""What may be typed about an order. Shapes only."""

from bulou.core.tasks.round_forms import RoundIn


class OrderIn(RoundIn):
    needs_answer: bool = False
