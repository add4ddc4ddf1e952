/// What `help json` says of the lines that `ft run --json` writes.
enum JSONHelp {
  static let page = """
    json: one JSON object a line on standard output, for other programs.

      {"event":"start","script":"a.ft","version":"1.0.0","isa":"avx512","threads":2}
      {"event":"step","step":12,"steps":300,"epoch":0.12,"loss":1.93,"lr":0.0002,"tokens":48211,"tokensPerSecond":12411.5}
      {"event":"result","line":7,"command":"eval","value":{"loss":1.41,"perplexity":4.09,"tokens":9120,"examples":81}}
      {"event":"error","code":"D201","message":"…","file":"support.jsonl","line":412,"column":36}
      {"event":"end","exit":0,"seconds":41.2}

    Events and fields are only ever added. `loss` is the mean per trained token, in nats.

    """
}
