"""Mail when something needs a human."""

import smtplib
from email.message import EmailMessage


class AlertSystem:
    def __init__(self, recipient: str = "me@example.com", max_per_hour: int = 4, drawdown_limit: float = 0.1):
        self.recipient = recipient
        self.max_per_hour = max_per_hour
        self.drawdown_limit = drawdown_limit
        self.sent = []

    def check_drawdown(self, equity: list, now: float) -> None:
        peak = max(equity)
        drawdown = 1 - equity[-1] / peak
        if drawdown > self.drawdown_limit:
            self.send(f"drawdown {drawdown:.1%}", now)

    def send(self, text: str, now: float) -> None:
        self.sent = [t for t in self.sent if now - t < 3600]
        if len(self.sent) >= self.max_per_hour:
            return
        message = EmailMessage()
        message["To"] = self.recipient
        message["Subject"] = text
        with smtplib.SMTP("localhost") as server:
            server.send_message(message)
        self.sent.append(now)
