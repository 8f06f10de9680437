"use strict";
for (const figure of document.querySelectorAll(".timeline")) {
	const frames = figure.querySelectorAll("img");
	const slider = figure.querySelector("input");
	if (!slider) continue;
	slider.disabled = false;
	slider.addEventListener("input", () => {
		frames.forEach((frame, i) => { frame.hidden = i !== slider.valueAsNumber; });
		figure.querySelector("output").textContent = frames[slider.valueAsNumber].dataset.label;
	});
}
