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
