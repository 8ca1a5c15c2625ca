from ui.sentence import bold


def test_bold_words_and_nothing_else_become_html():
    assert bold("Up **8%** to **$1 < $2** & <b>x</b>") == (
        "Up <b>8%</b> to <b>$1 &lt; $2</b> &amp; &lt;b&gt;x&lt;/b&gt;"
    )
