# What is wrong with an audience, or with where its decisions are written.

## The file

no-format = `.{ $ending }` is no format of an audience
    .mend = name it .csv, .jsonl, .ndjson or .parquet, after what it holds
folder = this is a folder
    .mend = name the file of the audience
file-empty = the file is empty
    .mend = export the audience again
no-rows = there is nobody in this audience: it has no rows
    .mend = export the audience again
brought-down = this file brings a part of the program down
    .mend = write the file again, or in another format
csv-unreadable = cannot be read as CSV: { $said }
    .mend = export it again, as CSV in UTF-8
parquet-unreadable = cannot be read as Parquet: { $said }
    .mend = write or copy it again; a file that was cut off cannot be trusted
fewer-rows-than-said = cannot be read as Parquet: it holds fewer rows than it says
    .mend = { parquet-unreadable.mend }
lines-broke-off = cannot be read: { $said }
    .mend = try again; is the disk well?
line-too-long = line { $number } is longer than 16 MiB
    .mend = write one person a line
page-too-large = column `{ $column }` has { $mib } MiB in one piece at row { $row }: a cell may have 16 MiB, and the cells that are stored together { $most }
    .mend = leave out what is no value, or write the file again with smaller pages
too-many-pages = column `{ $column }` is written in more than { $most } pages a row group
    .mend = write the file again with larger pages
reading-ended = the reading was ended
    .mend = see what ended it
part-stopped = a part of the program stopped
    .mend = tell its makers, with this file if you may

## Columns

# What a column holds.
holds = { $holds ->
    [subject] who it is, as text or a whole number
    [consent] none, soft, given or explicit, or 0 to 3; empty is none
    [flag] true or false
    [sent] marketing messages in the last seven days, a whole number
    [ceiling] how personal they let marketing be at most, 0 to 5; 5 where they set nothing
    [seen] the day it was last seen, as 2011-12-09; empty is never
   *[anything] text, a number, a truth value or a moment
 }
missing-columns = { $columns-count ->
    [one] a column is
   *[other] columns are
 } missing that the brief needs:{ $columns }
    .each = `{ $column }`: { holds }{ did-you-mean }
    .mend = add them for every row; the gate assumes nothing of a person it was not told
column-twice = the column `{ $column }` stands twice
    .mend = keep one of the two: which of them holds the truth is unknown
column-of-other-type = the column `{ $column }` is of type { $of }; it holds { holds }
    .mend = write it as text, a whole number, a truth value or a date

## People

subject-twice = subject `{ $subject }` stands twice, on { $counted ->
    [row] row { $first } and on row { $again }
   *[line] line { $first } and on line { $again }
 }
    .mend = keep one row for each person: which of the two holds the truth is unknown
no-subject = there is no subject `{ $subject }`{ did-you-mean }
    .mend = write the subject as it stands in the column `subject`
undeclared = the Code declares no `{ $id }`
    .mend = load the Code again

## Where the decisions are written

output-is-the-audience = the output is the audience itself
    .mend = name another file
no-ordinary-file = is no ordinary file
    .mend = name a file, to be made or replaced
