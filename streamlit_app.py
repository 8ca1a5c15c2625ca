"""The entry: look, navigation, first start, header, and the page in between. Runs on every rerun."""

from ui import errors, first_start, header, navigation, paper, presenter, process, theme, tour

process.prepare()
theme.apply()
entry, page = navigation.current()

with errors.guarded("The first start"):
    first_start.ensure()

shown = paper.Paper()
with errors.guarded("The header"):
    presenter.apply()
    tour.lead(entry)
    header.draw(entry, shown)
    tour.draw(entry)

with errors.guarded(entry.title), paper.kept(shown):
    page.run()
