/** Words of no use to a full-text search, English and German: dropped where terms must be chosen or compared. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about after all also am an and any are as at be because been before but by can cannot could did do does for from get got had has have he ' +
    'her here him his how i if in into is it its just like me more my no not of on or our out she should so some than that the their them then ' +
    'there these they this those to up us was we were what when where which while who why will with would you your please hello hi thanks ' +
    'aber als am an auch auf aus bei bin bis das dass dem den der des die ein eine einen einer es für hat ich ihr im in ist ja kann mein mit nach ' +
    'nicht noch nur oder sehr sich sie sind so über um und uns unser von vor war was wenn wer wie wir wird zu zum zur'
  ).split(' '),
)
