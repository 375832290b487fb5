# Words that several sentences share.

mend = mend
did-you-mean = { $near-count ->
    [0] {""}
   *[other] ; did you mean `{ $near }`?
 }
