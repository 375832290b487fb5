# What is wrong in how Maat is set up: in maat.toml, in flags, in the environment.

no-public-url = is missing: every mail holds links to why, choices and unsubscribing
    .mend = name the address at which `maat serve` is reached, as https://maat.example.org
no-site = `{ $url }` is no address of a site
    .mend = write it as https://maat.example.org
no-origin = `{ $origin }` is no origin
    .mend = write scheme, host and port in small letters, as https://shop.example
no-controller = `{ $controller }` is not the id of a controller
    .mend = use letters, digits, `.`, `_` and `-`, at most 100
no-network = `{ $network }` is no network of a proxy
    .mend = write an address as 10.0.0.7, or a network as 10.0.0.0/8 or fd00::/8
no-party = there is no [party]: a receipt names the company
    .mend = add it; `maat consent receipt --help` shows how
no-listening = cannot be listened at: { io }
    .place = the address
    .mend = stop what listens there, or name another address
demo-for-this-machine = the demo lets anybody be any of its customers, so it listens to this machine alone
    .mend = name an address as 127.0.0.1:8080
no-threads = no threads can be started: { $said }
    .mend = look whether the system has threads and files left
no-collector = names no collector that traces can be sent to: { $said }
    .mend = write it as http://localhost:4318; it is spoken to by OTLP over HTTP, without TLS
