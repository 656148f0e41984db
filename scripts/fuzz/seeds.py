# ruff: noqa: E501
"""What the fuzzer begins with: small sound inputs of every kind, and the marks that the readers look for. All made up."""

from __future__ import annotations

import json

ROWS = [
    {"id": "plant-1", "title": "동해소재, 영일만산단에 양극재 공장 착공", "outlet": "동해신문", "published": "2024-03-04",
     "body": "동해소재가 영일만 산업단지에 양극재 공장을 짓는다. 연간 3만톤 규모다.", "url": "https://example.org/1",
     "related": ["동해소재 양극재 공장, 2026년 가동 목표", {"title": "양극재 공장에 청년 우선 채용", "url": "https://example.org/4"}]},
    {"id": "plant-2", "title": "동해소재 양극재 공장, 2026년 가동 목표", "outlet": "경북저널", "published": "2024-03-08T09:30"},
    {"id": "plant-3", "title": "영일만산단 양극재 공장에 청년 우선 채용", "outlet": "한빛일보", "section": "경제"},
    {"id": "zone-1", "title": "포항 배터리 규제자유특구 3년 연장 확정", "outlet": "경북저널", "published": "2023-06-01",
     "body": "배터리 재활용 규제자유특구의 실증 기간이 3년 늘었다."},
    {"id": "zone-2", "title": "[포토] 배터리 규제자유특구 연장에 업계 반색", "outlet": "동해신문", "published": "2023-06"},
    {"id": "wire-1", "title": "SK온·동해소재, 양극재 장기 공급계약 체결", "outlet": "한빛일보", "published": "2024-05-02T08:00"},
    {"id": "wire-2", "title": "SK온·동해소재, 양극재 장기 공급계약 체결(종합)", "outlet": "경북저널", "published": "2024-05-02T11:00"},
    {"id": "fish-1", "title": "구룡포 과메기 축제에 관광객 몰려", "outlet": "동해신문", "published": "2024-11-20"},
    {"id": "fish-2", "title": "과메기 철 맞은 구룡포, 덕장마다 손길 분주"},
]  # fmt: skip

PAGE = """시험동 짓는 포항, 재활용 실증 나선다
입력 2024.08.05 11:16 | 수정 2024-08-05 오후 3:20
[가나일보 홍길동 기자] 포항시는 사용후 배터리 시험동을 짓는다고 5일 밝혔다.
▲ 시험동 조감도. [사진=포항시]
시험동은 내년 3월 문을 연다. “준비는 끝났다.”
홍길동 기자 hong@example.org
관련기사
- 수거망 두 배로… 대구·경북 112곳
- [포토] 시험동 착공식
많이 본 뉴스
1. 과메기 축제에 관광객 몰려
<구글 번역>
Pohang builds a test hall for spent batteries.
저작권자 ⓒ 가나일보 무단전재 및 재배포 금지
"""
HTML = """<!doctype html><html><head><meta charset="utf-8"><title>시험동 짓는 포항 - 가나일보</title>
<meta property="og:title" content="시험동 짓는 포항"><meta property="og:site_name" content="가나일보">
<meta property="article:published_time" content="2024-08-05T11:16:00+09:00"><link rel="canonical" href="https://example.org/a/1">
<script type="application/ld+json">{"datePublished": "2024-08-05"}</script></head><body><h1>시험동 짓는 포항</h1>
<div class="byline">홍길동 기자</div><article><p>포항시는 사용후 배터리 시험동을 짓는다고 5일 밝혔다.</p>
<figure><img src="x"><figcaption>시험동 조감도</figcaption></figure><p>시험동은 내년 3월 문을 연다.</p></article>
<h2>관련기사</h2><ul><li><a href="/a/2">수거망 두 배로… 대구·경북 112곳</a></li></ul></body></html>
"""

JSONL = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS[:3])
JSON = json.dumps({"meta": 1, "articles": ROWS[3:6]}, ensure_ascii=False)
CSV = 'id,headline,content,press,date,related\na1,시험동 짓는다,"포항시는 ""시험동""을 짓는다.",가나일보,2024.08.05 09:30,하나|둘\n7,둘째,,,--08-05,"[""하나"", {""title"": ""둘""}]"\n'
HEADLINES = [
    "[특구_포항] SK온·LG엔솔, 2차전지 R&D 3.5조 늘려… 3月 착공(종합2보)", "與野 美中 갈등에 “車 배터리 1,000대” 반발",
    "【단독】 <기획> 소재의 미래", "LFP는 ＳＫ온, ‘양극재 3만ｔ’", "2024-08-05T11:16:00+09:00", "Aug. 5, 2024 3:20 pm", "2024년 8월 5일 오후 3시 20분",
    "각\u1112\u1161\u11ab e\u0301\u0301\u0301 \u200b\ufeff", "battery recycling in Pohang",
]  # fmt: skip

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="c/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>가나일보 - 전체기사</title>
<link>https://example.org</link><item><title>시험동 &lt;b&gt;짓는다&lt;/b&gt;</title><link>https://example.org/1</link><pubDate>Mon, 05 Aug 2024 11:16:00 +0900</pubDate>
<content:encoded><![CDATA[<p>본문.</p>[caption id="1"]사진[/caption]]]></content:encoded><wp:status>publish</wp:status><wp:post_date>2024-08-05 11:16:00</wp:post_date></item></channel></rss>"""
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">&lt;em&gt;둘&lt;/em&gt;</title><link href="https://example.org/2"/><updated>2024-08-05T11:16:00Z</updated><content type="xhtml"><div><p>글</p></div></content></entry></feed>'
SITEMAP = '<urlset xmlns:news="n"><url><loc>https://example.org/3</loc><news:news><news:publication><news:name>가나일보</news:name></news:publication><news:title>셋</news:title></news:news></url></urlset>'
NEWSML = '<newsMessage><newsItem guid="u"><itemMeta><itemClass qcode="ninat:text"/></itemMeta><contentMeta><headline>넷</headline><by>홍길동 기자</by></contentMeta><contentSet><inlineXML><nitf><body><body.content><p>글</p></body.content></body></nitf></inlineXML></contentSet></newsItem></newsMessage>'
NITF = '<nitf><head><docdata><date.issue norm="20240805T111600+0900"/><doc-id id-string="n1"/></docdata></head><body><body.head><hedline><hl1>다섯</hl1></hedline><byline>홍길동 기자</byline></body.head><body.content><p>글</p></body.content></body></nitf>'
EXTRACTED = '<doc sitename="가나일보" title="여섯" author="홍길동" date="2024-08-05" source="https://example.org/6"><main><head>소제목</head><p>글</p><list><item>하나</item></list></main></doc>'
TEI = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>일곱</title><author>홍길동</author></titleStmt></fileDesc></teiHeader><text><body><div><p>글</p></div></body></text></TEI>'
SHEET_XML = '<?xml version="1.0"?><Workbook><Table><Row><Cell><Data>제목</Data></Cell></Row><Row><Cell ss:Index="1" xmlns:ss="s"><Data>다섯</Data></Cell></Row></Table></Workbook>'
TABLE_PAGE = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>제목<td>일자<tr><td>여섯<td>2024-08-05</table></html>'
MAIL = "From: =?utf-8?B?7ZmN?= <a@b.kr>\nSubject: =?euc-kr?Q?=B0=A1?= 일곱\nDate: Mon, 5 Aug 2024 11:16:00 +0900 (KST)\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=xx\n\n--xx\nContent-Type: text/html; charset=ks_c_5601-1987\nContent-Transfer-Encoding: quoted-printable\nContent-Location: https://example.org/7\n\n<p>=B0=A1</p>\n--xx--\n"
MBOX = f"From a@b.kr Mon Aug  5 11:16:00 2024\n{MAIL}\n\nFrom a@b.kr Mon Aug  5 11:16:00 2024\nSubject: 여덟\n\n글\n"
MARKDOWN = "---\ntitle: 아홉\ndate: 2024-08-05\ntags: [a, b]\n---\n## 소제목\n글 [길](https://example.org)과 **굵은** *글*. ![x](y) {{< z >}}\n## 관련기사\n- [하나](u)\n"
TOML_FRONT = '+++\ntitle = "열"\ndate = 2024-08-05\n+++\n글\n'
WARC = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/11\r\nContent-Length: 121\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\n<title>a</title><p>text text</p>\r\n0\r\n\r\n         \r\n\r\n"

WORKBOOK = {
    "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>',
    "xl/styles.xml": '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>',
    "xl/sharedStrings.xml": "<sst><si><t>제목</t></si><si><r><t>양극재</t></r></si><si><t>날짜</t></si></sst>",
    "xl/worksheets/s.xml": '<worksheet><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>2</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="0"><v>45509</v></c></row></worksheet>',
}
ALIASES = '[aliases]\n"포스코퓨처엠" = ["포스코케미칼", "POSCO Future M"]\n"대구경북신공항" = ["TK신공항"]\n'
DESKS = '[[desk]]\nid = "recycling"\nname = "배터리 재활용"\nname_en = "Battery recycling"\nterms = ["사용후 배터리", "재활용", "recycle"]\nexcluded = ["축제"]\nexamples = ["포항 배터리 재활용"]\n'
RECIPE = 'seed = 7\nembedder = "lsa"\nbody_weight = 0.4\ntolerance_mrr = 0.02\nworkers = 1\n'
EDITS = [
    {"time": "2026-01-01T00:00:00+00:00", "action": "rename", "topic": "t001", "name": "양극재 공장", "reason": "clear"},
    {"time": "2026-01-01T00:00:00+00:00", "action": "merge", "topics": ["t001", "t002"], "reason": ""},
    {"time": "2026-01-01T00:00:00+00:00", "action": "split", "topic": "t001", "stay": ["plant-1"], "parts": [{"id": "s001", "name": "채용", "articles": ["plant-3"]}], "reason": ""},
    {"time": "2026-01-01T00:00:00+00:00", "action": "move", "article": "zone-1", "topic": "t001", "was": None, "reason": ""},
    {"time": "2026-01-01T00:00:00+00:00", "action": "pin", "article": "fish-1", "topic": "t001", "reason": ""},
    {"time": "2026-01-01T00:00:00+00:00", "action": "undo", "line": 1, "undone": "rename", "reason": ""},
]  # fmt: skip
EDITS_LINES = "".join(json.dumps(edit, ensure_ascii=False) + "\n" for edit in EDITS)
LABELS = json.dumps({"title": ROWS[0]["title"], "related": [ROWS[1]["title"]]}, ensure_ascii=False) + "\n"

TOKENS = (
    "[", "]", "【", "】", "(", ")", "<", ">", "\u00a0", "▲", "△", "- ", "· ", "\r\n", "2024-08-05", "2024.", "12:30", "오후", "년 ", "월 ", "일",
    "기자", "홍길동 기자", "홍길동·", "@b.kr", "#가 ", "ⓒ", "사진=", "관련기사\n", "많이 본 뉴스\n", "<구글 번역>\n", "입력 ", "수정 ", "…", "“", "”",
    "http://", "①", "제목: ", "홈 > ", "저작권자 ", "공유하기 ", "\ufeff", "\u200b", "\u3000", "中", "(종합)", "[포토]", "\u0301", "\uff9e", "ㆍ",
    "<html>", "<body>", "<p>", "</p>", "<ul><li>", "<a href='u'>", "<h2>", "<table><tr><td>", "<!--", "-->", "<script>", "<![CDATA[", "&#0;", "&#xD800;",
    "<meta name='date' content='", "<?xml version='1.0'?>", "charset=", "euc-kr", "<figure>", "<div class='caption'>", "&lt;", "<!DOCTYPE x SYSTEM 'file:///'>",
    '"id"', '"title"', '"headline"', '"body"', '"text"', '"related"', '"published"', '"date"', '"url"', '"press"', "null", "true", "NaN", "Infinity",
    "1e999", "-0", "\\ud800", "\\u0000", "[[[[", "{}", '""', "title,body\n", "title\tbody\n", '"articles":[', "|", ";", "[[desk]]\n", "[aliases]\n",
    "terms = ", "seed = ", "nan", "inf", "0x", "1979-05-27T07:32:00Z", "'''", "sha256", '"seal"', '"format"', "PK\x03\x04", "\x93NUMPY", "descr", "<f4", "|O",
    "<rss>", "<item>", "</item>", "<feed>", "<entry>", "<urlset>", "<news:news>", "<nitf>", "<!ENTITY a '", "<c r='A1' t='s'><v>", "&a;", "xmlns:a='", "WARC/1.0\r\n",
    "Content-Length: ", "Content-Type: multipart/related; boundary=", "--xx\n", "=?utf-8?B?", "base64", "chunked", "---\n", "+++\n", "From a@b Mon 11:16", "xl/workbook.xml",
    "fortran_order", "shape", "t001", "s001", "plant-1", '"action"', '"parts"', '"merge"', "동해신문", "양극재", "배터리",
)  # fmt: skip


def dictionary() -> str:
    """The marks as libFuzzer wants them: one quoted string a line, all but plain ASCII as ``\\xNN``."""
    return "".join(f'"{"".join(_escaped(byte) for byte in token.encode())}"\n' for token in TOKENS)


def _escaped(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02X}"
