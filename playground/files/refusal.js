// refusal makes an Error with a hint from the answer of an engine.
export function refusal({error, hint}) {
	return Object.assign(new Error(error), {hint: hint ?? ""});
}
