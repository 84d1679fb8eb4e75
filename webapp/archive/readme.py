"""What lies in every archive: how anyone checks it, with tools that do not come from us."""


def readme(key_address: str = "") -> str:
    """The text, with the address at which the bureau publishes its key, where it is known."""
    return README.replace("{key}", f"公布的地址 / published at:\n{key_address}\n" if key_address else "")


README = """\
一次检查的档案（一次一档） / The archive of one inspection
====================================================

这个文件夹是一个 BagIt 1.0 包（RFC 8493）。用通用工具就能核对，不需要本系统。
This folder is a BagIt 1.0 package (RFC 8493). Standard tools check it; our program is not needed.

一、文件有没有改动 / 1. Has any file changed?
在本文件夹的上一级（有 bagit.txt 的那一级）执行 / In the folder above this one, where bagit.txt lies:

    sha256sum -c tagmanifest-sha256.txt
    sha256sum -c manifest-sha256.txt

多出来的文件，下面一行会列出来；什么都不显示才对 / What was added is listed by this line; it must show nothing:

    (cut -c67- manifest-sha256.txt; find data -type f) | LC_ALL=C sort | uniq -u

data 旁边只有 bag-info.txt、bagit.txt、bureau-key.pem、manifest-sha256.txt、tagmanifest-sha256.txt、它的 .sig，
和取得时间戳以后的 timestamp-*.tsr、timestamp-authority.pem。
Beside data lie only these six files, and once a timestamp came timestamp-*.tsr and timestamp-authority.pem.

或者 / or:  pip install bagit && bagit.py --validate .

二、是不是该机构归的档 / 2. Is it the bureau's archive?

    openssl pkeyutl -verify -pubin -inkey bureau-key.pem -rawin \\
      -in tagmanifest-sha256.txt -sigfile tagmanifest-sha256.txt.sig

应显示 Signature Verified Successfully。请把 bureau-key.pem 与该机构公布的公钥比对：
包里的公钥只能说明前后一致。
It must say "Signature Verified Successfully". Compare bureau-key.pem with the key that the bureau publishes:
the key in the package alone only shows that the package agrees with itself.
{key}
三、什么时候已经在了 / 3. Since when has it been there?
有 timestamp-*.tsr 的，是时间戳机构（RFC 3161）对机构签名出具的时间证明 / Where there is a timestamp-*.tsr, an authority
(RFC 3161) says when the bureau's signature was there:

    for f in timestamp-*.tsr; do echo "$(echo "$f" | cut -c11-74)  $f" | sha256sum -c; done
    openssl ts -verify -data tagmanifest-sha256.txt.sig -in timestamp-*.tsr -CAfile timestamp-authority.pem
    openssl ts -reply -in timestamp-*.tsr -text | grep "Time stamp"

应显示 OK 和 Verification: OK。时间戳机构的证书到期以后，要按出具的那一刻核对 /
It must say "OK" and "Verification: OK". Once the authority's certificate has expired, check it as of that moment:

    t=$(openssl ts -reply -in timestamp-*.tsr -text | sed -n 's/^Time stamp: //p')
    openssl ts -verify -data tagmanifest-sha256.txt.sig -in timestamp-*.tsr \\
      -CAfile timestamp-authority.pem -attime "$(date -d "$t" +%s)"

请把 timestamp-authority.pem 与时间戳机构公布的证书比对。
Compare timestamp-authority.pem with the certificates that the authority publishes.

每份档案都记入一本只增不减的归档日志（RFC 6962），每天的根校验值公布在公示网站的 /public/roots。本档案的那一条是 /
Every archive is in a log that is only added to (RFC 6962); its root is published daily at /public/roots of the public site.
The entry of this one is:

    (printf '\\000'; cat tagmanifest-sha256.txt) | sha256sum

四、是不是现场封存的内容 / 4. Is it what was sealed at the place?
在 data/10-signatures/seal 执行 / In data/10-signatures/seal:

    openssl dgst -sha256 -verify device-key.pem -signature signature.der signed.txt
    sha256sum content.json covered-events.txt

应显示 Verified OK；两个校验值依次等于 signed.txt 的两行。每个签字的 record_hash 就是第一行。
It must say "Verified OK"; the two hashes are the two lines of signed.txt. The record_hash of each
standing signature is the first line.

五、这里有什么 / 5. What is here

    00-cover.json         封面：编号、机构、检查对象、日期、保管期限、版本 / cover
    01-catalogue.csv      卷内目录 / catalogue of the file
    02-plan.json          抽查计划摘录、当时的规则版本 / extract of the plan, the law of the day
    03-draw.json          抽取证明：名次、签号、检查组、文件的校验值 / the draw's proof
    03-draw/              抽取文件原样；可用 flask draw verify 或公示页重复 / draw files to the byte
    04-approval.json .pdf 行政检查审批 / approval
    04-assignment.json    检查任务分派及事由 / assignment and its reason
    05-notice.json .pdf   行政检查通知书及送达 / notice and its service
    06-credentials.json   检查人员、执法证号、到达现场 / inspectors, credentials, arrivals
    07-forms/             检查表，文件名是内容的 SHA-256 / forms, named by the SHA-256 of their content
    08-record.pdf         现场检查记录（供阅读） / the record, for reading
    09-photos/            照片原件，文件名含 SHA-256；标注和水印不在照片里 / photos as captured
    10-signatures/        签字、盖章、封存 / signatures, stamps, seal
    18-notes.json         备考表：封存后的补充、机关的处理、未存于本档的部分 / notes on the file
    events.jsonl          事件日志，一行一件事，按顺序 / the log, one event a line, in order
    record.json           由事件日志算出的检查记录 / the record that the log adds up to

record.json 和 events.jsonl 是依据，PDF 只供阅读。 / record.json and events.jsonl are the source.
"""
