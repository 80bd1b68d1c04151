"""Native controls and patterns of interaction: plain pages, or small scripts that behave as real applications do."""

from bench.zoo_cases.base import FILES, case
from bench.zoo_cases.human import H

A, B = FILES / "a.txt", FILES / "b.txt"


@case(
    "text_form",
    "native",
    """<form onsubmit="event.preventDefault();__state=Object.fromEntries(new FormData(this))">
<label>First name <input name=first></label><label>Last name <input name=last></label>
<label>Bio <textarea name=bio></textarea></label><button>Save</button></form>""",
)
def _(h: H) -> None:
    h.click("[name=first]")
    h.type("Ada")
    h.press("Tab")
    h.type("Lovelace")
    h.click("textarea")
    h.type("line1")
    h.press("Enter")
    h.type("line2")
    h.click("button")


@case(
    "edit_middle",
    "native",
    """<input id=q value="Hello word" style="width:300px"><script>__state=()=>q.value</script>""",
)
def _(h: H) -> None:
    h.click("#q")
    h.press("End")
    h.press("ArrowLeft")
    h.type("l")
    h.press("Home")
    h.press("Delete")
    h.type("J")
    h.press("End")
    h.press("Backspace")
    h.type("d!")


@case(
    "select_all_replace",
    "native",
    """<input id=q value="old value" aria-label=Name><button onclick="__state=q.value">Save</button>""",
)
def _(h: H) -> None:
    h.click("#q")
    h.press("Control+a")
    h.press("Backspace")
    h.type("new value")
    h.click("button")


@case(
    "checkbox_space",
    "native",
    """<input type=checkbox id=a aria-label=Alpha><input type=checkbox id=b aria-label=Beta><input type=checkbox id=c aria-label=Gamma><script>__state=()=>[a.checked,b.checked,c.checked]</script>""",
)
def _(h: H) -> None:
    h.click("#a")
    h.press("Tab")
    h.press("Space")
    h.press("Tab")
    h.press("Space")


@case(
    "radio_arrows",
    "native",
    """<fieldset><legend>Size</legend><label><input type=radio name=s value=S>Small</label><label><input type=radio name=s value=M>Medium</label><label><input type=radio name=s value=L>Large</label></fieldset><script>__state=()=>document.querySelector(':checked')?.value||null</script>""",
)
def _(h: H) -> None:
    h.click("text=Small")
    h.press("ArrowDown")
    h.press("ArrowDown")


@case(
    "select_keyboard",
    "native",
    """<label>Country <select id=s><option>Austria<option>Belgium<option>Chile<option>Denmark</select></label><input id=t aria-label=note><script>ch=0;s.onchange=()=>ch++;__state=()=>[s.value,t.value,ch>0]</script>""",
)
def _(h: H) -> None:
    h.click("#t")
    h.press("Shift+Tab")
    h.press("ArrowDown")
    h.press("ArrowDown")
    h.press("Tab")
    h.type("ok")


@case(
    "select_dependent",
    "native",
    """<select id=a aria-label=Make><option value="">-<option>Audi<option>BMW</select><select id=b aria-label=Model disabled><option value="">-</select>
<script>M={Audi:['A3','A4','A6'],BMW:['M3','X5']};a.onchange=()=>{b.disabled=true;setTimeout(()=>{b.innerHTML='<option value="">-'+M[a.value].map(m=>`<option>${m}`).join('');b.disabled=false},400)};__state=()=>[a.value,b.value]</script>""",
)
def _(h: H) -> None:
    h.press("Tab")
    h.press("ArrowDown")
    h.wait("!document.querySelector('#b').disabled")
    h.pause()
    h.press("Tab")
    h.press("ArrowDown")
    h.press("ArrowDown")


@case(
    "select_multiple",
    "native",
    """<select id=s multiple size=6 aria-label=Fruits><option>Apple<option>Banana<option>Cherry<option>Date<option>Elder<option>Fig</select><script>__state=()=>[...s.selectedOptions].map(o=>o.value)</script>""",
)
def _(h: H) -> None:
    h.click("option >> nth=1")
    h.click("option >> nth=3", mods=["Control"])
    h.click("option >> nth=4", mods=["Control"])
    h.click("option >> nth=3", mods=["Control"])


@case(
    "date_typing",
    "native",
    """<label>Due <input type=date id=d></label><label>At <input type=time id=t></label><script>__state=()=>[d.value,t.value]</script>""",
)
def _(h: H) -> None:
    h.click("#d", pos=(20, 12))
    h.type("11242027")
    h.click("#t", pos=(16, 14))
    h.type("0345P")


@case(
    "color_input",
    "native",
    """<label>Colour <input type=color id=c value="#112233"></label><button onclick="__state=c.value">ok</button><script>c.addEventListener('input',()=>0)</script>""",
)
def _(h: H) -> None:
    h.press("Tab")
    h.press("Tab")
    h.press("Enter")


@case(
    "file_single",
    "native",
    """<label>CV <input type=file id=f></label><script>f.onchange=async()=>__state=f.files[0].name+':'+(await f.files[0].text()).trim()</script>""",
)
def _(h: H) -> None:
    h.upload("#f", [A])


@case(
    "file_hidden_multi",
    "native",
    """<input type=file id=f multiple style="display:none"><button onclick="f.click()">Choose files…</button><script>f.onchange=()=>__state=[...f.files].map(x=>x.name)</script>""",
)
def _(h: H) -> None:
    h.upload("button", [A, B])


@case(
    "file_recreated",
    "native",
    """<button id=b>Upload</button><script>b.onclick=()=>{const f=document.createElement('input');f.type='file';f.onchange=()=>__state=f.files[0].name;f.click()}</script>""",
)
def _(h: H) -> None:
    h.upload("#b", [A])  # input never attached to the DOM (very common SPA idiom)


@case(
    "details_dialog",
    "native",
    """<details id=d><summary>More</summary><button onclick="dlg.showModal()">Open dialog</button></details><dialog id=dlg onclose="__state=['closed',this.returnValue]"><form method=dialog><input aria-label=Code autofocus><button value=no>No</button><button value=yes>Yes</button></form></dialog>""",
)
def _(h: H) -> None:
    h.click("summary")
    h.click("text=Open dialog")
    h.type("x1")
    h.click("button[value=yes]")


@case(
    "ce_bold_shortcut",
    "native",
    """<div id=e contenteditable style="border:1px solid;min-height:60px">plain </div><script>__state=()=>[e.innerText.trim(),[...e.querySelectorAll('b')].map(b=>b.innerText.trim()).join('|')]</script>""",
)
def _(h: H) -> None:
    h.click("#e", pos=(200, 20))
    h.press("End")
    h.press("Control+b")
    h.type("loud")
    h.press("Control+b")
    h.type(" soft")


@case(
    "context_menu",
    "pointer",
    """<div id=t style="width:200px;height:80px;background:#eee">Right click me</div><menu id=m style="display:none;position:fixed;background:#fff;border:1px solid;padding:8px"><button onclick="__state='copied@'+m.dataset.q">Copy</button><button onclick="__state='deleted'">Delete</button></menu><script>t.oncontextmenu=e=>{e.preventDefault();m.style.display='block';m.style.left=e.clientX+'px';m.style.top=e.clientY+'px';m.dataset.q=e.offsetX>100?'R':'L'}</script>""",
)
def _(h: H) -> None:
    h.click("#t", pos=(0.8, 0.5), button="right")
    h.click("text=Copy")


@case(
    "ctrl_shift_select",
    "pointer",
    """<ul id=l style="user-select:none">"""
    + "".join(f"<li>Row {i}" for i in range(1, 9))
    + """</ul><script>let a=0;l.onclick=e=>{const k=[...l.children],i=k.indexOf(e.target);if(e.shiftKey){k.forEach((x,j)=>x.classList.toggle('s',j>=Math.min(a,i)&&j<=Math.max(a,i)))}else if(e.ctrlKey){e.target.classList.toggle('s');a=i}else{k.forEach(x=>x.classList.remove('s'));e.target.classList.add('s');a=i}};__state=()=>[...l.querySelectorAll('.s')].map(x=>x.textContent)</script><style>.s{background:#9cf}</style>""",
)
def _(h: H) -> None:
    h.click("text=Row 2")
    h.click("text=Row 5", mods=["Shift"])
    h.click("text=Row 3", mods=["Control"])
    h.click("text=Row 8", mods=["Control"])


@case(
    "position_click",
    "pointer",
    """<div id=w style="width:400px;height:300px;background:linear-gradient(90deg,#f88,#88f)"></div><script>w.onclick=e=>__state=[Math.round(e.offsetX/20),Math.round(e.offsetY/20)]</script>""",
)
def _(h: H) -> None:
    h.click("#w", pos=(0.2, 0.8))


@case(
    "star_rating",
    "pointer",
    """<div id=r style="font-size:40px;display:inline-block;cursor:pointer;letter-spacing:0">★★★★★</div><script>r.onclick=e=>__state=Math.ceil(e.offsetX/r.offsetWidth*5)</script>""",
)
def _(h: H) -> None:
    h.click("#r", pos=(0.68, 0.5))


@case(
    "text_select_toolbar",
    "pointer",
    """<p id=p style="font:20px monospace;width:600px">The quick brown fox jumps over the lazy dog</p><div id=tb hidden><button onmousedown="event.preventDefault()" onclick="__state=getSelection().toString()">Highlight</button></div><script>document.onselectionchange=()=>tb.hidden=getSelection().isCollapsed</script>""",
)
def _(h: H) -> None:
    b = h.box("#p")
    cw = 12.04
    y = b["y"] + b["height"] / 2
    h.drag((b["x"] + cw * 4 - 1, y), (b["x"] + cw * 15 + 2, y))
    h.click("text=Highlight")


@case(
    "pointer_drag_free",
    "drag",
    """<div id=b style="position:absolute;left:50px;top:80px;width:80px;height:80px;background:#6cf;touch-action:none">drag</div><script>let d;b.onpointerdown=e=>{d=[e.clientX-b.offsetLeft,e.clientY-b.offsetTop];b.setPointerCapture(e.pointerId)};b.onpointermove=e=>{if(d){b.style.left=e.clientX-d[0]+'px';b.style.top=e.clientY-d[1]+'px'}};b.onpointerup=()=>d=null;__state=()=>[Math.round(b.offsetLeft/20),Math.round(b.offsetTop/20)]</script>""",
)
def _(h: H) -> None:
    h.dragby("#b", 300, 200)


@case(
    "ctrl_enter",
    "keyboard",
    """<textarea id=t aria-label=Message></textarea><script>t.onkeydown=e=>{if(e.key=='Enter'&&e.ctrlKey)__state='sent:'+t.value}</script>""",
)
def _(h: H) -> None:
    h.click("#t")
    h.type("hi there")
    h.press("Control+Enter")


@case(
    "game_keys",
    "keyboard",
    """<div id=g tabindex=0 style="width:200px;height:200px;background:#efe">focus me</div><script>let x=0,y=0;g.onkeydown=e=>{({w:()=>y--,s:()=>y++,a:()=>x--,d:()=>x++,ArrowRight:()=>x+=10})[e.key]?.()};__state=()=>[x,y]</script>""",
)
def _(h: H) -> None:
    h.click("#g")
    h.type("wwdds")
    h.press("ArrowRight", 2)


@case(
    "tab_order",
    "keyboard",
    """<input id=a aria-label=One><input id=b aria-label=Two tabindex=-1><input id=c aria-label=Three><button onclick="__state=[a.value,b.value,c.value]">Done</button>""",
)
def _(h: H) -> None:
    h.press("Tab")
    h.type("1")
    h.press("Tab")
    h.type("3")
    h.press("Tab")
    h.press("Enter")


@case(
    "escape_revert",
    "keyboard",
    """<input id=q value=orig aria-label=Title><script>let o=q.value;q.onkeydown=e=>{if(e.key=='Escape'){q.value=o}else if(e.key=='Enter'){o=q.value;__state=o}}</script>""",
)
def _(h: H) -> None:
    h.click("#q", count=3)
    h.type("bad")
    h.press("Escape")
    h.press("End")
    h.type("inal")
    h.press("Enter")


@case(
    "otp_boxes",
    "keyboard",
    """<div id=o>"""
    + "<input maxlength=1 size=1>" * 6
    + """</div><script>const I=[...o.children];I.forEach((x,i)=>{x.oninput=()=>{I[i+1]?.focus();if(i==5)__state=I.map(x=>x.value).join('')}})</script>""",
)
def _(h: H) -> None:
    h.click("#o input >> nth=0")
    h.type("314159", delay=60)


@case(
    "debounced_typeahead",
    "keyboard",
    """<input id=q aria-label=User><ul id=l></ul><script>U=['anna','annette','bob','brian'];let t;q.oninput=()=>{clearTimeout(t);l.innerHTML='<li>loading…';t=setTimeout(()=>l.innerHTML=U.filter(u=>u.includes(q.value)).map(u=>`<li id=x${Math.random().toString(36).slice(2)}>${u}`).join(''),500)};l.onclick=e=>{__state=e.target.textContent;q.value=__state;l.innerHTML=''}</script>""",
)
def _(h: H) -> None:
    h.click("#q")
    h.type("ann")
    h.click("li:has-text('annette')")
