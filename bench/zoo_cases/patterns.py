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


@case(
    "iframe_same",
    "frames",
    """<h3>Pay</h3><iframe src="/case/iframe_same.in" id=f width=500 height=160></iframe><script>onmessage=e=>__state=e.data</script>""",
    pages={
        "in": """<label>Card <input id=c></label><button onclick="parent.postMessage('paid '+c.value,'*')">Pay</button>"""
    },
)
def _(h: H) -> None:
    f = h.page.frame_locator("#f")
    h.click(f.locator("#c"))
    h.type("4111")
    h.click(f.locator("button"))


@case(
    "iframe_cross",
    "frames",
    """<iframe id=f width=500 height=160></iframe><script>f.src=location.href.replace('127.0.0.1','localhost')+'.in';onmessage=e=>__state=e.data</script>""",
    pages={
        "in": """<label>Card <input id=c></label><select id=s aria-label=Month><option>01<option>02<option>03</select><button onclick="parent.postMessage(['paid',c.value,s.value],'*')">Pay</button>"""
    },
)
def _(h: H) -> None:
    f = h.page.frame_locator("#f")
    h.click(f.locator("#c"))
    h.type("4111")
    h.press("Tab")
    h.press("ArrowDown", 2)
    h.click(f.locator("button"))


@case(
    "iframe_nested",
    "frames",
    """<iframe id=f src="/case/iframe_nested.mid" width=700 height=300></iframe><script>onmessage=e=>__state=e.data</script>""",
    pages={
        "mid": """mid <iframe id=g width=500 height=160></iframe><script>g.src=location.href.replace('127.0.0.1','localhost').replace('.mid','.in')</script>""",
        "in": """<button onclick="top.postMessage('deep '+c.checked,'*')">Deep</button><label><input type=checkbox id=c> agree</label>""",
    },
)
def _(h: H) -> None:
    f = h.page.frame_locator("#f").frame_locator("#g")
    h.click(f.locator("#c"))
    h.click(f.locator("button"))


@case(
    "iframe_twins",
    "frames",
    """<iframe class=w src="/case/iframe_twins.in?n=A" width=300 height=100></iframe><iframe class=w src="/case/iframe_twins.in?n=B" width=300 height=100></iframe><script>__state=[];onmessage=e=>__state.push(e.data)</script>""",
    pages={
        "in": """<button onclick="parent.postMessage('like '+new URLSearchParams(location.search).get('n'),'*')">Like</button>"""
    },
)
def _(h: H) -> None:
    h.click(h.page.frame_locator(".w >> nth=1").locator("button"))


@case(
    "iframe_late",
    "frames",
    """<button onclick="setTimeout(()=>{const f=document.createElement('iframe');f.name='x'+Math.random();f.srcdoc='<button onclick=parent.__state=`late&nbsp;ok`>Accept</button>'.replace('&nbsp;','-');document.body.append(f)},500)">Load consent</button>""",
)
def _(h: H) -> None:
    h.click("text=Load consent")
    h.click(h.page.frame_locator("iframe").locator("button"))


@case(
    "iframe_key_focus",
    "frames",
    """<iframe id=f src="/case/iframe_key_focus.in" width=400 height=120></iframe><script>onmessage=e=>__state=e.data</script>""",
    pages={
        "in": """<input id=a aria-label=A><input id=b aria-label=B><script>b.onkeydown=e=>{if(e.key=='Enter')parent.postMessage([a.value,b.value],'*')}</script>"""
    },
)
def _(h: H) -> None:
    h.click(h.page.frame_locator("#f").locator("#a"))
    h.type("x")
    h.press("Tab")
    h.type("y")
    h.press("Enter")


@case(
    "target_blank",
    "windows",
    """<a href="/case/target_blank.two" target=_blank>Open report</a><script>new BroadcastChannel('tb').onmessage=e=>__state=e.data</script>""",
    pages={
        "two": """<label>Note <input id=n></label><button onclick="new BroadcastChannel('tb').postMessage('report '+n.value)">Approve</button>"""
    },
)
def _(h: H) -> None:
    t = h.page
    p = h.popup(lambda: h.click("a"))
    h.on(p)
    h.click("#n")
    h.type("fine")
    h.click("button")
    h.on(t)
    h.pause(200)


@case(
    "two_tabs_back",
    "windows",
    """<a href="/case/two_tabs_back.two" target=_blank>Open code</a><input id=c aria-label=Code><button onclick="__state='used '+c.value">Use</button>""",
    pages={"two": """<p>Your code</p><button onclick="this.outerHTML='<b>7788</b>'">Reveal</button>"""},
)
def _(h: H) -> None:
    t = h.page
    p = h.popup(lambda: h.click("a"))
    h.on(p)
    h.click("button")
    h.on(t)
    t.bring_to_front()
    h.click("#c")
    h.type("7788")
    h.click("text=Use")


@case("alert_then", "windows", """<button onclick="alert('hi');__state='after alert'">Go</button>""")
def _(h: H) -> None:
    h.page.once("dialog", lambda d: d.accept())
    h.click("button")


@case("prompt_text", "windows", """<button onclick="__state='hello '+prompt('Name?','nobody')">Greet</button>""")
def _(h: H) -> None:
    h.page.once("dialog", lambda d: d.accept("Grace"))
    h.click("button")


@case(
    "beforeunload",
    "windows",
    """<input id=q aria-label=Draft><a href="/case/beforeunload.next">Leave</a><script>onbeforeunload=e=>{if(q.value){e.preventDefault();e.returnValue='x'}};__state='still here'</script>""",
    pages={"next": "<script>__state='left'</script>left"},
)
def _(h: H) -> None:
    h.click("#q")
    h.type("unsaved")
    h.page.once("dialog", lambda d: d.accept())
    h.click("a")
    h.page.wait_for_url("**/*.next")
    h.pause(200)


@case(
    "form_post",
    "races",
    """<form method=post action="/case/form_post.two"><input name=u aria-label=User><input name=p type=password aria-label=Password><button>Sign in</button></form>""",
    pages={"two": """<button onclick="__state='welcome'">Enter site</button>"""},
)
def _(h: H) -> None:
    h.click("[name=u]")
    h.type("ada")
    h.press("Tab")
    h.type("pw1")
    h.press("Enter")
    h.page.wait_for_url("**two*")
    h.click("button")


@case(
    "history_back",
    "races",
    """<a href="/case/history_back.two">Details</a><button onclick="__state='bought '+(performance.getEntriesByType('navigation')[0].type)">Buy</button>""",
    pages={"two": """<button onclick="history.back()">Back</button>"""},
)
def _(h: H) -> None:
    h.click("a")
    h.page.wait_for_url("**two*")
    h.click("button")
    h.page.wait_for_url("**history_back")
    h.click("text=Buy")


@case(
    "rerender_mousedown",
    "races",
    """<div id=r></div><script>let n=0;function R(){r.innerHTML=`<button id=k${Math.random().toString(36).slice(2)} onmousedown="R()" onmouseup="n++">Like</button>`}R();__state=()=>n</script>""",
)
def _(h: H) -> None:
    h.click("button")


@case(
    "node_removed_mousedown",
    "races",
    """<ul id=l></ul><script>let S=['Alpha','Beta','Gamma'];const R=()=>l.innerHTML=S.map(s=>`<li>${s} <span class=x style="cursor:pointer">×</span>`).join('');R();l.onmousedown=e=>{if(e.target.className=='x'){const t=e.target.parentNode.firstChild.data.trim();S=S.filter(s=>s!=t);R()}};__state=()=>S</script>""",
)
def _(h: H) -> None:
    h.click("li:has-text('Beta') .x")


@case(
    "delayed_enable",
    "races",
    """<label><input type=checkbox id=c> I agree</label><button id=b disabled onclick="__state='accepted'">Continue</button><script>c.onchange=()=>setTimeout(()=>b.disabled=!c.checked,1200)</script>""",
)
def _(h: H) -> None:
    h.click("#c")
    h.wait("!document.querySelector('#b').disabled")
    h.click("#b")


@case(
    "fake_disabled",
    "races",
    """<div id=b role=button class=off style="padding:10px;background:#ddd;width:120px">Next</div><script>setTimeout(()=>{b.className='';b.style.background='#9f9'},1500);b.onclick=()=>{__state=b.className?'too early':'ok'}</script>""",
)
def _(h: H) -> None:
    h.wait("!document.querySelector('#b').className")
    h.click("#b")  # click is accepted but useless before 1.5 s


@case(
    "stop_propagation",
    "races",
    """<button id=b>Guarded</button><script>addEventListener('click',e=>{e.stopImmediatePropagation();e.preventDefault();__state='guard saw '+e.target.id},true);addEventListener('mousedown',e=>e.stopImmediatePropagation(),true);addEventListener('pointerdown',e=>e.stopImmediatePropagation(),true)</script>""",
)
def _(h: H) -> None:
    h.click("#b")


@case(
    "icon_buttons",
    "races",
    """<div>"""
    + "".join(
        f"<button onclick=\"__state='{n}'\"><svg width=18 height=18><{s}/></svg></button>"
        for n, s in [
            ("bold", "circle r=6 cx=9 cy=9"),
            ("italic", "rect width=12 height=12 x=3 y=3"),
            ("link", "path d='M2 2L16 16' stroke=black"),
        ]
    )
    + """</div>""",
)
def _(h: H) -> None:
    h.click("button >> nth=2")


@case(
    "animated_drawer",
    "races",
    """<style>#d{position:fixed;right:-320px;top:0;width:300px;height:100%;background:#eee;transition:right .7s}#d.o{right:0}</style><button onclick="d.classList.add('o')">Filters</button><div id=d><label><input type=checkbox id=c> In stock</label><button onclick="__state='applied '+c.checked">Apply</button></div>""",
)
def _(h: H) -> None:
    h.click("text=Filters")
    h.click("#c")
    h.click("text=Apply")


@case(
    "vue_rerender",
    "races",
    """<div id=app></div><script>const{createApp,ref}=Vue;createApp({setup(){const items=ref(['a','b','c']),q=ref('');const k=ref(0);return{items,q,k,add(){items.value.unshift(q.value);q.value='';k.value++},del(i){items.value.splice(i,1);k.value++;window.__state=[...items.value]}}},template:`<form @submit.prevent=add><input v-model=q placeholder="New item"></form><ul :key=k><li v-for="(x,i) in items" :key="k+x">{{x}} <button @click="del(i)">x</button></li></ul>`}).mount('#app')</script>""".replace(
        "<div id=app>", '<script src="/lib/vue/dist/vue.global.prod.js"></script><div id=app>'
    ),
)
def _(h: H) -> None:
    h.click("input")
    h.type("zed")
    h.press("Enter")
    h.click("li:has-text('b') button")


@case(
    "virtual_list",
    "scroll",
    """<div id=v style="height:300px;width:300px;overflow:auto;border:1px solid;position:relative"><div style="height:40000px"></div></div><script>const R=()=>{const s=Math.floor(v.scrollTop/40);[...v.querySelectorAll('.r')].forEach(x=>x.remove());for(let i=s;i<s+9&&i<1000;i++){const d=document.createElement('div');d.className='r';d.style.cssText=`position:absolute;top:${i*40}px;height:40px;left:0;right:0`;d.textContent='Record '+i;d.onclick=()=>__state=d.textContent;v.append(d)}};v.onscroll=R;R()</script>""",
)
def _(h: H) -> None:
    h.wheel(0, 1200, at="#v", n=4)
    h.click("text=Record 122")


@case(
    "wheel_zoom",
    "scroll",
    """<canvas id=c width=400 height=300 style="background:#efe"></canvas><script>let z=0;c.addEventListener('wheel',e=>{e.preventDefault();z+=e.deltaY<0?1:-1},{passive:false});__state=()=>z</script>""",
)
def _(h: H) -> None:
    h.wheel(0, -100, at="#c", n=3)
