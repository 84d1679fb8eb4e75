"""The few lines of shell that make a draw again without our program: sed, sort, awk, sha256sum (docs/draw.md)."""

from webapp.draw.wording import N_

# What each part shows, and its lines; `draw.json` is the draw file.
STEPS = [
    (
        N_("一、准备"),
        r"""TAB=$(printf '\t')
value() { sed -n "s/^\"$1\":\"\(.*\)\",*$/\1/p" draw.json; }
hash() { sha256sum | cut -c 1-64; }""",
    ),
    (
        N_("二、文件、名录、规则的指纹：每两行应当相同"),
        r"""grep -v '^"hash":"' draw.json | hash
value hash
sed -n '/^"pool":\[$/,/^\]/ s/^"\(.*\\t.*\)",*$/\1/p' draw.json | sed "s/\\\\t/$TAB/g" > pool.txt
hash < pool.txt
value pool_hash
sed -n 's/^"rules":\(.*\),$/\1/p' draw.json | tr -d '\n' | hash
value rules_hash""",
    ),
    (
        N_("三、抽签钥：两行应当相同"),
        r"""printf 'yidang-draw-1\n%s\n%s\n%s\n%s' "$(value id)" \
  "$(value pool_hash)" "$(value rules_hash)" "$(value seed)" | hash
KEY=$(value key)
echo "$KEY"
""".rstrip(),
    ),
    (
        N_("四、每个对象的每一签，最小的一签排序"),
        r"""BY=$(sed -n 's/^"rules":.*"by":"\([a-z/]*\)".*/\1/p' draw.json)
while IFS="$TAB" read -r id region risk tickets; do
  case $BY in risk) in=$risk ;; region) in=$region ;; all) in=all ;; *) in=$risk/$region ;; esac
  for t in $(seq 0 $((tickets - 1))); do
    printf '%s\t%s\t%s\n' "$(printf '%s\nS|%s|%s' "$KEY" "$id" "$t" | hash)" "$in" "$id"
  done
done < pool.txt | LC_ALL=C sort | awk -F '\t' '!seen[$3]++' > ranks.txt""",
    ),
    (
        N_("五、每层取签号最小的若干个，与文件比较：应当显示 same"),
        r"""sed -n "s/^{\"drawn\":.*\"name\":\"\(.*\)\",\"quota\":\([0-9]*\),.*/\2$TAB\1/p" draw.json |
while IFS="$TAB" read -r quota stratum; do
  awk -F '\t' -v in_="$stratum" '$2 == in_ { print $3 }' ranks.txt | head -n "$quota"
done > again.txt
sed -n '/^"strata":\[$/,/^\]/p' draw.json | grep -o '"id":"[^"]*"' | cut -d '"' -f 4 > drawn.txt
cmp again.txt drawn.txt && echo same""",
    ),
    (
        N_("六、第一个对象的检查人员，按签号排"),
        r"""SUBJECT=$(sed -n '/^"pairs":\[$/,/^\]/ s/.*"subject":"\([^"]*\)".*/\1/p' draw.json | head -n 1)
echo "$SUBJECT"
sed -n '/^"inspectors":\[$/,/^\]/ s/.*"id":"\([^"]*\)".*/\1/p' draw.json |
while read -r inspector; do
  printf '%s %s\n' "$(printf '%s\nI|%s|%s' "$KEY" "$SUBJECT" "$inspector" | hash)" "$inspector"
done | LC_ALL=C sort > team.txt
cat team.txt""",
    ),
    (
        N_("七、已经公开的名称：由盐和名称算出的指纹，应当就是隐去的编号"),
        r"""sed -n '/^"openings":\[$/,/^\]/ s/^{"id":"\(.*\)","salt":"\(.*\)","subject":"\(.*\)"},*$/\1 \2 \3/p' draw.json |
while read -r id salt subject; do
  if [ "$(printf '%s\n%s' "$salt" "$subject" | hash)" = "$id" ]; then echo "opened $subject"; else echo "WRONG $id"; fi
done""",
    ),
]
