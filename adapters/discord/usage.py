"""What can be typed on Discord."""

from briefs.ports import Usage

USAGE = Usage(
    lines=(
        ("/ask", "answers for all to see; private: for you alone, to be shared"),
        ("@Dateline QUESTION", "the same; reply to the answer to go on from it"),
        ("Apps → Check against sources", "in a message's menu: what supports or contradicts it"),
        ("/brief now", "what is new here since the last brief"),
        ("/brief preview", "shows you the same; the next brief will tell it again"),
        ("/brief list · history · show", "the briefs and schedules that can be shown here"),
        ("/brief schedule", "shows the next five times, and saves when you press Save"),
        ("/brief pause · resume · delete", "lets a schedule rest, go on, or go"),
        ("/source add", "loads attached files, pages and feeds (who has Manage Server)"),
        ("/source list · show · status", "what is loaded"),
        ("/source edit · remove · restore · refresh", "changes what is loaded"),
        ("/dateline status", "says what is loaded"),
        ("/dateline help", "shows these lines"),
    )
)
