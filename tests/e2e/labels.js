() => {
    const shown = element => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== 'hidden';
    };
    const found = [];
    const texts = '[data-testid="stMetricValue"], [data-testid="stMetricLabel"] p, [data-testid="stHeading"] h1, '
        + '[data-testid="stHeading"] h2, [data-testid="stHeading"] h3, [data-testid="stButton"] p, [data-testid="stPageLink"] p';
    for (const element of document.querySelectorAll(texts)) {
        if (shown(element) && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflow !== 'visible')
            found.push('cut off: ' + element.textContent.trim().slice(0, 60));
    }
    for (const plot of document.querySelectorAll('.js-plotly-plot')) {
        const frame = plot.getBoundingClientRect();
        if (!frame.width) continue;
        const title = plot.closest('[data-testid="stVerticalBlock"]')?.textContent.trim().slice(0, 40) || 'chart';
        for (const axis of ['.xaxislayer-above', '.yaxislayer-above']) {
            // rotated labels are laid out side by side, though the boxes around them overlap
            const upright = text => !/rotate\((?!0[,)])/.test(text.getAttribute('transform') || '');
            const boxes = [...plot.querySelectorAll(axis + ' text')].filter(shown).filter(upright).map(t => [t.textContent, t.getBoundingClientRect()]);
            for (const [text, box] of boxes)
                if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.bottom > frame.bottom + 2)
                    found.push(`${title}: label outside the chart: ${text}`);
            for (let i = 1; i < boxes.length; i++) {
                const [a, b] = [boxes[i - 1][1], boxes[i][1]];
                if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2)
                    found.push(`${title}: labels overlap: ${boxes[i - 1][0]} / ${boxes[i][0]}`);
            }
        }
    }
    if (document.documentElement.scrollWidth > window.innerWidth + 1)
        found.push('the page scrolls sideways: ' + document.documentElement.scrollWidth);
    return [...new Set(found)];
}
