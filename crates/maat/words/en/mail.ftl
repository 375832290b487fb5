# What is wrong in the settings of mail, and of the language model.

## [mail]

no-sender = `{ $from }` is no sender: { $said }
    .mend = write it as Huis & Haard <keuzes@example.org>
server-unreadable = is no address of a mail server: { $said }
    .mend = write it as smtps://user:password@mail.example.org or smtp://localhost:25
server-without-host = is no address of a mail server: it names no host
    .mend = { server-unreadable.mend }
server-of-other-scheme = is no address of a mail server: it begins with neither smtp:// nor smtps://, or its tls is none
    .mend = { server-unreadable.mend }
server-not-in-utf8 = is no address of a mail server: its user or password is no UTF-8
    .mend = { server-unreadable.mend }
no-dkim-key = holds no private key that DKIM signs with
    .mend = make one: openssl genrsa -traditional 2048, and name its file
header-not-signed = a header cannot be signed
    .mend = report this
no-server = there is no mail server to send by
    .mend = write `smtp` and `from` under [mail] in maat.toml; `maat mail send --help` shows how
server-or-sender-missing = needs both `smtp` and `from`
    .mend = name the mail server and who sends; or neither, and no codes are mailed
connections-unfit = { $connections } is not between 1 and { $most }
    .mend = write how many may be open at the same time, as connections = 10
lets-none-leave = `{ $domain }` = { $count } lets no mail leave, or is too large
    .mend = write how many mails a second may leave, 1 or more
no-domain = `{ $domain }` is no domain
    .mend = write what stands behind the @, as "gmail.com", or "*" for each other domain
domain-twice = `{ $domain }` stands there twice
    .mend = keep one of the two

## [ai]

model-address-unreadable = is no address
    .mend = write it as http://localhost:11434/v1
model-address-not-http = is no address of http or https
    .mend = { model-address-unreadable.mend }
model-address-holds-secret = holds a name or a password
    .mend = name an environment variable that holds the key: key_env = "MODEL_KEY"
model-elsewhere = `{ $host }` is another machine, and what is asked would go there
    .mend = run a model on this machine, or write allow_remote = true under [ai]
model-elsewhere-in-the-clear = `{ $host }` is another machine, and http can be read along the way
    .mend = write https://
model-not-named = is not named
    .mend = write model = "llama3.1" under [ai]: one that the endpoint has
model-key-is-none = the key in it is no key
    .mend = set the variable to the key alone, without spaces or line breaks
no-model-address = is not set, so there is no model to ask
    .mend = write url = "http://localhost:11434/v1" and model = "llama3.1" under [ai] in maat.toml
no-model-key = there is no environment variable `{ $variable }` with a key
    .mend = set it, or take key_env out
no-time-to-answer = leaves no time for an answer
    .mend = give at least 1 second
