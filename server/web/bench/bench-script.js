/* Follows a unit while it is being installed: asks for the live part and puts it in its place. */
(() => {
  const periodMs = 2000;
  const live = document.getElementById('live');
  if (live === null) return;

  /** Whether replacing the part would take something out of somebody's hands. */
  const isInUse = () => live.contains(document.activeElement);

  const look = async () => {
    try {
      const answer = await fetch(live.dataset.live, { headers: { accept: 'text/html' } });
      if (answer.redirected || answer.status === 401) {
        location.reload();
        return;
      }
      const text = answer.ok ? await answer.text() : live.innerHTML;
      if (text !== live.innerHTML && !isInUse()) live.innerHTML = text;
    } catch {
      // No network just now: the next look tries again.
    }
    setTimeout(look, periodMs);
  };
  setTimeout(look, periodMs);
})();
