package main

import (
	"syscall/js"

	"github.com/gander-ml/gander/playground/session"
)

// main defines ganderCall(name, request), where request is JSON as text. It returns {reply}
// with a Uint8Array, or {error, hint}. The program does not end: it waits for calls.
func main() {
	var caller session.Caller
	call := func(_ js.Value, args []js.Value) any {
		if len(args) != 2 || args[0].Type() != js.TypeString || args[1].Type() != js.TypeString {
			return map[string]any{"error": "ganderCall takes the name of a call and a request", "hint": ""}
		}
		reply, err := caller.Call(args[0].String(), []byte(args[1].String()))
		if err != nil {
			refused := session.Refusal(err)
			return map[string]any{"error": refused.Error, "hint": refused.Hint}
		}
		bytes := js.Global().Get("Uint8Array").New(len(reply))
		js.CopyBytesToJS(bytes, reply)
		return map[string]any{"reply": bytes}
	}
	js.Global().Set("ganderCall", js.FuncOf(call))
	select {}
}
