# What is wrong with what a command is asked.

## The ledger

no-ledger = there is no such ledger
    .mend = name it with --store, or record something first; `maat consent give --help`
no-ledger-nor-audience = no --audience is named, and there is no such ledger
    .mend = name the file of the audience with --audience, or the ledger with --store
nobody-in-ledger = nobody stands in the ledger of `{ $controller }`
    .mend = import consents first, or name another --controller
ledger-is-read = the database was written anew, but somebody who is reading it still holds an old copy
    .mend = do it again when they are done

## Keys and who signs in

no-key = there is no key `{ $key }`
    .place = the key
    .mend = name it by its id; `maat key list` lists them
no-grant = `{ $grant }` is no scope
    .mend = use { $known }
no-role = `{ $role }` is no role
    .mend = use marketer, officer or admin
name-taken = somebody of the name `{ $name }` signs in here already
    .place = the name
    .mend = choose another name, or use `maat console user reset`
passwords-differ = the two differ
    .place = the password
    .mend = type the same twice
password-length = it has { $characters } characters
    .place = the password
    .mend = use at least { $least }; a few words make a good one
password-not-hashed = cannot be hashed
    .place = the password
    .mend = report this as a fault of Maat

## People

no-right = `{ $right }` is none
    .place = the right
    .mend = see --help
erasure-unsure = this cannot be undone
    .mend = add --yes if you are sure
no-form-of-export = its ending is none of .json, .csv and .html
    .mend = name it .json or .csv to take along, .html to read

## Briefs

name-of-nobody = is no name
    .mend = write the reviewer's name in letters
report-over-another = is also the brief, the audience or the decisions
    .mend = give the report a name of its own
