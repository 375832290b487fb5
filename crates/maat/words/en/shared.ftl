# Words that several sentences share.

mend = mend
did-you-mean = { $near-count ->
    [0] {""}
   *[other] ; did you mean `{ $near }`?
 }

# A mistake whose words the caller brought: they are in one language.
told = { $what }
    .mend = { $mend }
