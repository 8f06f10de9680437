// Elements of a page, made by functions. Text is always set as text, never as HTML, so
// that a name from a file cannot become an element.

const svgSpace = "http://www.w3.org/2000/svg";

// h makes an element: h("a", {href: "#", class: "button", onclick: f}, "text", child).
// A value of false, null or undefined leaves a property or a child out.
export function h(tag, properties = {}, ...children) {
	return fill(document.createElement(tag), properties, children);
}

// svg is h for elements of SVG.
export function svg(tag, properties = {}, ...children) {
	return fill(document.createElementNS(svgSpace, tag), properties, children);
}

function fill(element, properties, children) {
	for (const [name, value] of Object.entries(properties ?? {})) {
		if (value === false || value === null || value === undefined) continue;
		if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
		else if (name === "style") for (const [key, v] of Object.entries(value)) element.style.setProperty(key, v);
		else if (name === "value" && "value" in element) element.value = value;
		else element.setAttribute(name, value === true ? "" : value);
	}
	put(element, ...children);
	return element;
}

// put appends children, which may be elements, texts, numbers and lists of these.
export function put(element, ...children) {
	for (const child of children.flat(Infinity)) {
		if (child === false || child === null || child === undefined) continue;
		element.append(child instanceof Node ? child : String(child));
	}
	return element;
}

// replace removes the children of an element and appends others.
export function replace(element, ...children) {
	element.replaceChildren();
	return put(element, ...children);
}

// color returns a colour of the style sheet, such as color("--ink"), in the form that a
// canvas reads. It follows the present theme.
export function color(name) {
	probe ??= document.body.appendChild(h("span", {hidden: true}));
	probe.style.color = `var(${name})`;
	return getComputedStyle(probe).color;
}
let probe = null;

// announce reads a text to users of screen readers.
export function announce(text) {
	voice ??= document.body.appendChild(h("div", {class: "only-read", role: "status", "aria-live": "polite"}));
	voice.textContent = text;
}
let voice = null;

// calm reports whether the user wants no motion.
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
