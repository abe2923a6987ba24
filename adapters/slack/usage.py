"""What can be typed on Slack."""

from briefs.ports import Usage

USAGE = Usage(
    lines=(
        ("@Dateline QUESTION", "answers in the thread; go on asking there without a mention"),
        ("/ask QUESTION", "answers for you alone, to be shared (--outlet --since --until)"),
        ("/brief now [TOPIC]", "posts what is new here since the last brief"),
        ("/brief preview [TOPIC]", "shows you the same; the next brief will tell it again"),
        ("/brief list", "lists the briefs that can be shown here, and the schedules"),
        ("/brief history [TOPIC]", "lists the briefs of this channel"),
        ("/brief show ID", "shows a brief again, and what has become of its articles"),
        ("/brief schedule", "opens a form for briefs that come by themselves"),
        ("/brief pause NAME", "lets a schedule rest; “resume” lets it go on, “delete” go"),
        ("/source add", "opens a form for files and addresses (admins)"),
        ("/source add URL…", "loads pages and feeds (--collection --outlet --published)"),
        ("/source list", "lists the articles with their ids"),
        ("/source show ID", "shows one article; the beginning of its id is enough"),
        ("/source edit ID", "opens a form for what a source does not say"),
        ("/source remove ID", "lets an article answer no more"),
        ("/source restore ID N…", "brings dropped lines back by their numbers"),
        ("/source refresh", "loads every source again"),
        ("/dateline status", "says what is loaded"),
        ("/dateline help", "shows these lines"),
    )
)
