"""The entry: look, navigation, first start, header, and the page in between. Runs on every rerun."""

from ui import errors, first_start, header, navigation, presenter, theme, tour

theme.apply()
entry, page = navigation.current()

with errors.guarded("The first start"):
    first_start.ensure()

with errors.guarded("The header"):
    presenter.apply()
    tour.lead(entry)
    header.draw(entry)
    tour.draw(entry)

with errors.guarded(entry.title):
    page.run()
