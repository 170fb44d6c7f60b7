// A refused upload comes back with the search on top and the reason on another tab, behind a number: open that tab.
const COUNTED = ".modal [role=tab] .w-tabs__errors.\\!w-flex";

new MutationObserver(() => {
  for (const errors of document.querySelectorAll(COUNTED)) {
    const tab = errors.closest("[role=tab]");
    if (tab.dataset.opened) continue;
    tab.dataset.opened = "yes";
    tab.click();
  }
}).observe(document.documentElement, { attributeFilter: ["class"], childList: true, subtree: true });
