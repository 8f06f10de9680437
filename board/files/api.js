// Requests to the server. An error of the server becomes an Error with its text and hint.

async function check(response) {
	if (response.ok) return response;
	let message = `${response.status} ${response.statusText}`;
	let hint = "";
	try {
		const answer = await response.json();
		message = answer.error;
		hint = answer.hint ?? "";
	} catch { /* the answer is not JSON: its status says what is wrong */ }
	const error = new Error(hint ? `${message} (${hint})` : message);
	error.status = response.status;
	throw error;
}

// address returns an address with parameters, such as address("api/run", {id}). Those
// that are undefined or null are left out.
export function address(path, parameters = {}) {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(parameters)) {
		if (value !== undefined && value !== null) query.set(name, value);
	}
	const text = query.toString();
	return text ? `${path}?${text}` : path;
}

export async function get(path, parameters, signal) {
	return (await check(await fetch(address(path, parameters), {signal}))).json();
}

export async function post(path, body, signal) {
	const request = {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body), signal};
	return (await check(await fetch(path, request))).json();
}

// picture returns a picture and the headers of the answer.
export async function picture(path, parameters, signal) {
	const response = await check(await fetch(address(path, parameters), {signal}));
	return {bitmap: await createImageBitmap(await response.blob()), headers: response.headers};
}

// make returns the picture of samples that the server makes; see docs/board.md.
export async function make(request, signal) {
	const response = await check(await fetch("api/make", {
		method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(request), signal,
	}));
	return {bitmap: await createImageBitmap(await response.blob()), step: Number(response.headers.get("Gander-Step"))};
}
