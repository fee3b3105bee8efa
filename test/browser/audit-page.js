/**
 * Runs in a page, as text: what is too faint to read, too small to tap, or wider than the screen.
 * Gives an object of lists; all empty is well.
 */
({ contrastMin, targetPxMin }) => {
  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element) => {
    if (element === null) return [255, 255, 255];
    const [r, g, b, alpha = 1] = numbers(getComputedStyle(element).backgroundColor);
    if (alpha === 1) return [r, g, b];
    const below = backgroundOf(element.parentElement);
    return [r, g, b].map((value, at) => value * alpha + below[at] * (1 - alpha));
  };
  const ratioOf = (element) => {
    const ink = luminance(numbers(getComputedStyle(element).color).slice(0, 3));
    const paper = luminance(backgroundOf(element));
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  };
  const isShown = (element) => element.getClientRects().length > 0;
  const faint = [...document.body.querySelectorAll('*')]
    .filter((element) => isShown(element))
    .filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''),
    )
    .filter((element) => ratioOf(element) < contrastMin)
    .map((element) => `${ratioOf(element).toFixed(2)} ${element.textContent.trim().slice(0, 20)}`);
  const small = [...document.querySelectorAll('a, button, summary, input, textarea')]
    .map((element) => element.closest('label') ?? element)
    .filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      return isShown(element) && (width < targetPxMin || height < targetPxMin);
    })
    .map((element) => element.outerHTML.slice(0, 60));
  const { scrollWidth, clientWidth } = document.documentElement;
  return { faint, small, overflowPx: scrollWidth - clientWidth };
};
