// A part of a page that looks anew every few seconds, as on the wall, until what comes says that it is over.
for (const part of document.querySelectorAll("[data-refresh]")) {
  const again = async () => {
    try {
      const answer = await fetch(part.dataset.refresh);
      if (answer.ok) {
        part.innerHTML = await answer.text();
      }
    } catch {
      // the network is away: what is shown stays, the next look may succeed
    }
    if (!part.querySelector("[data-refresh-over]")) {
      setTimeout(again, Number(part.dataset.refreshSeconds) * 1000);
    }
  };
  setTimeout(again, Number(part.dataset.refreshSeconds) * 1000);
}
