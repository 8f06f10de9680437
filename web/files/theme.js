// The switch between light, dark and the theme of the system. The choice is kept by the
// browser. Pages that draw on a canvas listen to the event "themechange" of the window.

import {h} from "./dom.js";

const key = "gander-theme";
const order = ["system", "light", "dark"];

function stored() {
	try {
		const value = localStorage.getItem(key);
		return order.includes(value) ? value : "system";
	} catch { // the browser keeps nothing for this page
		return "system";
	}
}

function apply(theme) {
	if (theme === "system") delete document.documentElement.dataset.theme;
	else document.documentElement.dataset.theme = theme;
	window.dispatchEvent(new Event("themechange"));
}

apply(stored());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => window.dispatchEvent(new Event("themechange")));

// themeButton returns the switch for the bar of a page.
export function themeButton() {
	let theme = stored();
	const button = h("button", {class: "quiet", type: "button", onclick: () => {
		theme = order[(order.indexOf(theme) + 1) % order.length];
		try {
			localStorage.setItem(key, theme);
		} catch { /* the choice holds until the page is closed */ }
		apply(theme);
		show();
	}});
	const names = {system: "◐ Auto", light: "☀ Light", dark: "☾ Dark"};
	const show = () => {
		button.textContent = names[theme];
		button.setAttribute("aria-label", `Theme: ${theme}. Change it.`);
	};
	show();
	return button;
}
