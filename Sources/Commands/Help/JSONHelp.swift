/// What `help json` says of the lines that `ft run --json` writes.
enum JSONHelp {
  static let page = """
    json: `ft run --json` writes one JSON object a line on standard output, for other programs.

      {"event":"start","script":"a.ft","version":"1.0.0","isa":"avx512","threads":2}
      {"event":"step","cell":4,"step":12,"steps":300,"epoch":0.12,"loss":1.93,"lr":0.0002,"tokens":48211,"tokensPerSecond":12411.5}
      {"event":"dev","cell":4,"step":100,"loss":1.52,"accuracy":0.61}
      {"event":"result","cell":5,"line":7,"command":"eval","value":{"loss":1.41,"perplexity":4.09,"tokens":9120,"examples":81}}
      {"event":"error","code":"D201","message":"…","file":"support.jsonl","line":412,"column":36,"hints":["…"]}
      {"event":"end","exit":0,"seconds":41.2}

    `print` has a line of print, `report` what a command shows, `value` what an expression gave,
    `note` is like `error`, for what stopped nothing. `cell` counts the statements of the script,
    or is the cell's number in a script with `#%%` lines and in a notebook.
    `loss` is the mean per trained token, in nats, smoothed; `stepLoss` and `accuracy`, the share of
    trained tokens that were the likeliest, are of the step alone. `dev` is what was measured on dev.
    `ft help --json` is one object with all commands, settings, functions and codes.
    Errors go to standard error as text too. Events and fields are only ever added.

    """
}
